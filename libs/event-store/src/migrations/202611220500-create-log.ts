import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
  CREATE SCHEMA log;
  REVOKE ALL ON SCHEMA log FROM PUBLIC;

  CREATE TABLE log.event (
    shard text NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    type text NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    subject text NOT NULL,
    data text NOT NULL,
    metadata text NOT NULL,
    occurred_at text NOT NULL,
    recorded_at text NOT NULL,
    prev_hash bytea NOT NULL CHECK (length(prev_hash) = 32),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (shard, position)
  );

  CREATE TABLE log.shard_head (
    shard text PRIMARY KEY,
    size bigint NOT NULL CHECK (size >= 0),
    last_hash bytea NOT NULL CHECK (length(last_hash) = 32),
    frontier bytea[] NOT NULL,
    sources jsonb NOT NULL
  ) WITH (fillfactor = 50);

  CREATE TABLE log.evidence (
    digest text PRIMARY KEY CHECK (digest ~ '^sha256:[0-9a-f]{64}$'),
    kind text NOT NULL,
    encoding text NOT NULL CHECK (encoding IN ('identity', 'zstd')),
    bytes bytea NOT NULL,
    size integer NOT NULL CHECK (size >= 0)
  );
  ALTER TABLE log.evidence ALTER COLUMN bytes SET STORAGE EXTERNAL;

  REVOKE ALL ON ALL TABLES IN SCHEMA log FROM PUBLIC;
  GRANT USAGE ON SCHEMA log TO weir_service;
  GRANT SELECT, INSERT ON log.event, log.evidence TO weir_service;
  GRANT SELECT, INSERT, UPDATE ON log.shard_head TO weir_service;
`;

/** Invariant: the services' role may add to the log and move a head, and nothing else: append-only is a grant. */
export class CreateLog1795323600000 implements MigrationInterface {
  readonly name = 'CreateLog1795323600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA log CASCADE');
  }
}
