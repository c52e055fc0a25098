import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A decision that waits while others are acted on, or is a dead letter, comes later than its place in the log says, and is no repeat then. */
export class RememberWaitingDecisions1796095800000 implements MigrationInterface {
  readonly name = 'RememberWaitingDecisions1796095800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE action.waiting (
        package_key text NOT NULL,
        source_shard text NOT NULL,
        position bigint NOT NULL,
        dead_letter boolean NOT NULL,
        PRIMARY KEY (package_key, source_shard, position)
      );
      COMMENT ON TABLE action.waiting IS 'Decisions that were passed over and not acted on: until they are, or a later one of their package is.';
      GRANT SELECT, INSERT, UPDATE, DELETE ON action.waiting TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE action.waiting');
  }
}
