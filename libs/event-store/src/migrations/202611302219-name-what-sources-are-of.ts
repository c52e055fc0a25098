import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A source position says which topic it is of: in another one of that name it says nothing (docs/adr/0186). */
export class NameWhatSourcesAreOf1796077140000 implements MigrationInterface {
  readonly name = 'NameWhatSourcesAreOf1796077140000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE log.shard_head ADD COLUMN incarnations jsonb NOT NULL DEFAULT '{}';
      COMMENT ON COLUMN log.shard_head.incarnations IS
        'Source to the topic that its position is of; a source that is not here was read by a version before.'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE log.shard_head DROP COLUMN incarnations');
  }
}
