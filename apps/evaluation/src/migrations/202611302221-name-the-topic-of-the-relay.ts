import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far decisions were published is said of one topic: another one of its name holds none of them (docs/adr/0186). */
export class NameTheTopicOfTheRelay1796077260000 implements MigrationInterface {
  readonly name = 'NameTheTopicOfTheRelay1796077260000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.relay ADD COLUMN incarnation text, ADD COLUMN rewinds integer NOT NULL DEFAULT 0;
      COMMENT ON COLUMN evaluation.relay.rewinds IS 'How often a person let it publish again from an earlier position.';
      COMMENT ON COLUMN evaluation.relay.incarnation IS 'The topic that was published to; null: a version before published.'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE evaluation.relay DROP COLUMN incarnation, DROP COLUMN rewinds');
  }
}
