import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a package is told of again follows from its facts alone; who judges finds what changed (docs/adr/0060). */
export class CompareFacts1796037000000 implements MigrationInterface {
  readonly name = 'CompareFacts1796037000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.inventory DROP COLUMN knowledge_digest;
      ALTER TABLE intelligence.pending_reassessment DROP COLUMN knowledge_digest, DROP COLUMN changed;
      COMMENT ON COLUMN intelligence.inventory.facts_digest IS
        'Of the facts that were told last; null: it was deleted, or what was told is not known.';
      COMMENT ON TABLE intelligence.epss_history IS
        'Scores and percentiles that were replaced by others, under the day they came.';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.inventory ADD COLUMN knowledge_digest text;
      ALTER TABLE intelligence.inventory ALTER COLUMN knowledge_digest SET STATISTICS 0;
      ALTER TABLE intelligence.pending_reassessment ADD COLUMN knowledge_digest text,
        ADD COLUMN changed text[] NOT NULL DEFAULT '{}';
    `);
  }
}
