import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A position says which topic it is of: in another one of that name it says nothing (docs/adr/0186). */
export class NameTheTopicOfAccepted1796077320000 implements MigrationInterface {
  readonly name = 'NameTheTopicOfAccepted1796077320000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE api.accepted_position ADD COLUMN incarnation text;
      COMMENT ON COLUMN api.accepted_position.incarnation IS 'The topic that was read; null: a version before read it.'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE api.accepted_position DROP COLUMN incarnation');
  }
}
