import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Go's advisories call its parts stdlib and toolchain, others std, cmd and golang.org/toolchain (docs/adr/0156): those that are
 * known meet the advisories now, and their facts are made anew.
 */
export class NameGoItself1796074200000 implements MigrationInterface {
  readonly name = 'NameGoItself1796074200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      WITH renamed AS (
        UPDATE intelligence.inventory i SET package_name = n.advised
          FROM (VALUES ('std', 'stdlib'), ('go', 'stdlib'), ('cmd', 'toolchain'), ('golang.org/toolchain', 'toolchain')) AS n (told, advised)
         WHERE i.package_name = n.told AND i.ecosystem = 'Go'
        RETURNING i.package_key, i.presence
      )
      INSERT INTO intelligence.pending_reassessment (package_key, feed, revision, because, queued_at)
      SELECT package_key, 'osv', 'go-itself-named', '{}', now() FROM renamed WHERE presence = 'present'`);
  }

  async down(): Promise<void> {
    // By either name they are the same packages, and the next observation names them as its version does.
  }
}
