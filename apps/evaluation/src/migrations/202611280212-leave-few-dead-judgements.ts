import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A few dead rows are no reason to go through a table: before it was first analyzed PostgreSQL takes it for empty, and came for 50 of 160,000 (docs/adr/0027). */
export class LeaveFewDeadJudgements1795831920000 implements MigrationInterface {
  readonly name = 'LeaveFewDeadJudgements1795831920000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.judgement SET (autovacuum_vacuum_threshold = 10000);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.judgement RESET (autovacuum_vacuum_threshold);
    `);
  }
}
