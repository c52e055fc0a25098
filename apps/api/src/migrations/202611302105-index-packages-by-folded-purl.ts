import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever asks for a package finds its files and those that are written like it as well (docs/adr/0156). The index by purl
 * stays for one version: an api of the version before may run beside this one.
 */
export class IndexPackagesByFoldedPurl1796072700000 implements MigrationInterface {
  readonly name = 'IndexPackagesByFoldedPurl1796072700000';
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    // What was given up half way is there, and not valid.
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS api.package_view_by_folded_purl');
    await queryRunner.query(`
      CREATE INDEX CONCURRENTLY IF NOT EXISTS package_view_by_folded_purl
        ON api.package_view ((lower(split_part(purl, '?', 1) COLLATE "C")))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX CONCURRENTLY IF EXISTS api.package_view_by_folded_purl');
  }
}
