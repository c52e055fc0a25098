import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Events up to half a page stay in their row as they are, instead of being packed by pglz and cut into pieces beside the
 * table: that took four fifths of what inserting a decision costs. The digest of evidence is checked by its length and
 * prefix: what computes it writes hexadecimal digits, and the regular expression took half of the insert (docs/adr/0025).
 */
export class KeepEventsInline1795694400000 implements MigrationInterface {
  readonly name = 'KeepEventsInline1795694400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE log.event SET (toast_tuple_target = 4080);
      ALTER TABLE log.evidence DROP CONSTRAINT evidence_digest_check;
      ALTER TABLE log.evidence ADD CONSTRAINT evidence_digest_check CHECK (length(digest) = 71 AND starts_with(digest, 'sha256:'));
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE log.event RESET (toast_tuple_target);
      ALTER TABLE log.evidence DROP CONSTRAINT evidence_digest_check;
      ALTER TABLE log.evidence ADD CONSTRAINT evidence_digest_check CHECK (digest ~ '^sha256:[0-9a-f]{64}$');
    `);
  }
}
