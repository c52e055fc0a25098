import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What weir log verify --record found, so that whoever tells metrics can tell it. Services may add to it and change none. */
export class RecordVerifications1796098200000 implements MigrationInterface {
  readonly name = 'RecordVerifications1796098200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE log.verification (
        verified_at timestamptz PRIMARY KEY,
        is_whole boolean NOT NULL,
        events bigint NOT NULL
      );
      GRANT SELECT, INSERT ON log.verification TO weir_service`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE log.verification');
  }
}
