import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = { effect_view_by_time: 'effect_view (requested_at)', decision_hour_by_hour: 'decision_hour (hour)' };

/** What is older than its retention is found by its time, beside the services (docs/adr/0194). */
export class FindOldViews1796096100000 implements MigrationInterface {
  readonly name = 'FindOldViews1796096100000';
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES)) {
      // What was given up half way is there, and not valid.
      await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS api.${name}`);
      await queryRunner.query(`CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON api.${on}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await queryRunner.query(`DROP INDEX CONCURRENTLY IF EXISTS api.${name}`);
  }
}
