import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Formats have Cloudsmith's names (docs/adr/0157): the facts of packages whose format was named by the package type are made anew.
 * They say the same but for that name, which policies read.
 */
export class QueueRenamedFormats1796072400000 implements MigrationInterface {
  readonly name = 'QueueRenamedFormats1796072400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      INSERT INTO intelligence.pending_reassessment (package_key, feed, revision, because, queued_at)
      SELECT package_key, 'osv', 'formats-renamed', '{}', now() FROM intelligence.inventory
       WHERE package_key ~ '/pkg:(?:apk|gem|oci|pub|vscode-extension)/' AND presence = 'present'`);
  }

  async down(): Promise<void> {
    // What is queued is looked at and found unchanged.
  }
}
