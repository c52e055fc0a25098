import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a key was last used is no event: the log would grow by every hour of every key. A row for each key. */
const UP = `
  CREATE SCHEMA access;
  REVOKE ALL ON SCHEMA access FROM PUBLIC;
  CREATE TABLE access.key_use (
    key_id text PRIMARY KEY,
    last_used_at timestamptz NOT NULL
  );
  GRANT USAGE ON SCHEMA access TO weir_service;
  GRANT SELECT, INSERT, UPDATE ON access.key_use TO weir_service;
`;

/** Where every service notes that a key was used, and api reads it. */
export class CreateKeyUse1796076900000 implements MigrationInterface {
  readonly name = 'CreateKeyUse1796076900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA access CASCADE');
  }
}
