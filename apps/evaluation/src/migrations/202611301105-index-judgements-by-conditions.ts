import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a sweep looks for, found by an index that is built beside the services (1.3 s for 200,000 packages). */
export class IndexJudgementsByConditions1796036700000 implements MigrationInterface {
  readonly name = 'IndexJudgementsByConditions1796036700000';
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    // What was given up half way is there, and not valid.
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS evaluation.judgement_by_conditions');
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY IF NOT EXISTS judgement_by_conditions
        ON evaluation.judgement (shard, workspace, conditions)`);
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS evaluation.judgement_by_policy_set');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS evaluation.judgement_by_policy_set');
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY IF NOT EXISTS judgement_by_policy_set
        ON evaluation.judgement (shard, workspace, policy_set_digest)`);
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS evaluation.judgement_by_conditions');
  }
}
