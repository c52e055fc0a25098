import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  observation_by_receipt: 'observation (received_at) WHERE forgotten_until IS NULL AND observed IS NOT NULL',
  epss_history_by_date: 'epss_history (date)',
};

/** What is older than its retention is found by its time, beside the services (docs/adr/0194). */
export class FindOldRows1796096220000 implements MigrationInterface {
  readonly name = 'FindOldRows1796096220000';
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES)) {
      // What was given up half way is there, and not valid.
      await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS intelligence.${name}`);
      await queryRunner.query(`CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON intelligence.${on}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES))
      await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS intelligence.${name}`);
  }
}
