import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was accepted and has no decision yet (docs/adr/0191). Rows come and go: vacuumed when they do, not by the share of what is left. */
export class CreateAccepted1796074800000 implements MigrationInterface {
  readonly name = 'CreateAccepted1796074800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE api.accepted (
        package_key text PRIMARY KEY,
        workspace text NOT NULL,
        repository text NOT NULL,
        purl text NOT NULL,
        "offset" bigint NOT NULL,
        accepted_at timestamptz NOT NULL,
        refused_at timestamptz,
        refused_because text
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
      COMMENT ON TABLE api.accepted IS 'Packages that were accepted and not decided about when they were read; who has a decision is swept away. Follows packages.observed.v1.';
      CREATE INDEX accepted_by_purl ON api.accepted (purl);
      CREATE INDEX accepted_by_time ON api.accepted (accepted_at, package_key);
      CREATE TABLE api.accepted_position (
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL,
        PRIMARY KEY (topic, partition)
      ) WITH (fillfactor = 50);
      GRANT SELECT, INSERT, UPDATE, DELETE ON api.accepted, api.accepted_position TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE api.accepted, api.accepted_position');
  }
}
