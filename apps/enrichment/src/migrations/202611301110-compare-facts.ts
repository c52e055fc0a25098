import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether a package is told of again follows from its facts alone; who judges finds what changed (docs/adr/0060). The
 * columns of before stay for one version: an enrichment of the version before may run beside this one.
 */
export class CompareFacts1796037000000 implements MigrationInterface {
  readonly name = 'CompareFacts1796037000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.pending_reassessment ALTER COLUMN changed SET DEFAULT '{}';
      COMMENT ON COLUMN intelligence.inventory.facts_digest IS
        'Of the facts that were told last; null: it was deleted, or what was told is not known.';
      COMMENT ON COLUMN intelligence.inventory.knowledge_digest IS 'Read and written by the version before alone.';
      COMMENT ON COLUMN intelligence.pending_reassessment.knowledge_digest IS
        'Read and written by the version before alone.';
      COMMENT ON COLUMN intelligence.pending_reassessment.changed IS 'Read and written by the version before alone.';
      COMMENT ON TABLE intelligence.epss_history IS
        'Scores and percentiles that were replaced by others, under the day they came.';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE intelligence.pending_reassessment ALTER COLUMN changed DROP DEFAULT');
  }
}
