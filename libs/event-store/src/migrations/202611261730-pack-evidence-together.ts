import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Facts of packages that are judged together say much the same: six in one frame take less than half of the
 * bytes and a third of the time that each takes alone (docs/adr/0026). Evidence that is there stays as it is.
 */
export class PackEvidenceTogether1795714200000 implements MigrationInterface {
  readonly name = 'PackEvidenceTogether1795714200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE log.evidence_frame (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        bytes bytea NOT NULL
      ) WITH (toast_tuple_target = 4080);
      ALTER TABLE log.evidence_frame ALTER COLUMN bytes SET STORAGE EXTERNAL;
      COMMENT ON TABLE log.evidence_frame IS 'Several pieces of evidence one after the other, packed by zstd; log.evidence says where each begins.';

      ALTER TABLE log.evidence ADD COLUMN frame bigint, ADD COLUMN start integer;
      ALTER TABLE log.evidence ALTER COLUMN bytes DROP NOT NULL;
      ALTER TABLE log.evidence DROP CONSTRAINT evidence_encoding_check;
      ALTER TABLE log.evidence ADD CONSTRAINT evidence_place_check CHECK (
        CASE encoding
          WHEN 'frame' THEN bytes IS NULL AND frame IS NOT NULL AND start >= 0
          WHEN 'zstd' THEN bytes IS NOT NULL AND frame IS NULL
          WHEN 'identity' THEN bytes IS NOT NULL AND frame IS NULL
          ELSE false
        END);
      GRANT SELECT, INSERT ON log.evidence_frame TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const [framed] = (await queryRunner.query(
      `SELECT 1 FROM log.evidence WHERE encoding = 'frame' LIMIT 1`,
    )) as readonly unknown[];
    if (framed !== undefined)
      throw new Error('log.evidence_frame holds evidence that events name: there is no way back without losing it.');
    await queryRunner.query(`
      ALTER TABLE log.evidence DROP CONSTRAINT evidence_place_check, DROP COLUMN frame, DROP COLUMN start;
      ALTER TABLE log.evidence ALTER COLUMN bytes SET NOT NULL;
      ALTER TABLE log.evidence ADD CONSTRAINT evidence_encoding_check CHECK (encoding IN ('identity', 'zstd'));
      DROP TABLE log.evidence_frame;
    `);
  }
}
