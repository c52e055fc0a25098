import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
  CREATE SCHEMA api;

  CREATE TABLE api.follower (
    shard text PRIMARY KEY,
    next_position bigint NOT NULL CHECK (next_position >= 0)
  );
  COMMENT ON TABLE api.follower IS 'How far each shard of the log is in the read models; it moves with the rows, in one transaction.';

  CREATE TABLE api.package_view (
    package_key text PRIMARY KEY,
    workspace text NOT NULL,
    repository text NOT NULL,
    environment text,
    format text NOT NULL,
    team text,
    purl text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    presence text NOT NULL,
    state text NOT NULL,
    tags text[] NOT NULL,
    promotion text NOT NULL,
    reasons jsonb NOT NULL,
    decision_id text NOT NULL,
    decided_at timestamptz NOT NULL,
    cause_kind text NOT NULL,
    changed_at timestamptz
  );
  CREATE INDEX package_view_by_change ON api.package_view (changed_at DESC, package_key);
  CREATE INDEX package_view_by_name ON api.package_view (name, package_key);
  CREATE INDEX package_view_by_purl ON api.package_view (purl);
  CREATE INDEX package_view_by_state ON api.package_view (state, presence, workspace);
  CREATE INDEX package_view_by_repository ON api.package_view (repository, changed_at DESC, package_key);
  CREATE INDEX package_view_by_tag ON api.package_view USING gin (tags);

  CREATE TABLE api.decision_view (
    id text PRIMARY KEY,
    workspace text NOT NULL,
    repository text NOT NULL,
    purl text NOT NULL,
    decided_at timestamptz NOT NULL,
    cause_kind text NOT NULL,
    cause_detail text NOT NULL,
    before jsonb,
    state text NOT NULL,
    tags text[] NOT NULL,
    changed boolean NOT NULL,
    matched jsonb NOT NULL,
    errored jsonb NOT NULL,
    facts_digest text,
    policy_set_digest text NOT NULL
  );
  CREATE INDEX decision_view_by_time ON api.decision_view (decided_at DESC, id DESC);
  CREATE INDEX decision_view_by_change ON api.decision_view (decided_at DESC, id DESC) WHERE changed;
  CREATE INDEX decision_view_by_fault ON api.decision_view (decided_at DESC, id DESC) WHERE errored <> '[]'::jsonb;
  CREATE INDEX decision_view_by_purl ON api.decision_view (purl, decided_at DESC, id DESC);

  CREATE TABLE api.decision_hour (
    workspace text NOT NULL,
    hour timestamptz NOT NULL,
    decisions bigint NOT NULL,
    changed bigint NOT NULL,
    PRIMARY KEY (workspace, hour)
  );

  CREATE TABLE api.effect_view (
    effect_id text PRIMARY KEY,
    package_key text NOT NULL,
    decision_id text NOT NULL,
    kind text NOT NULL,
    requested_at timestamptz NOT NULL,
    deliveries jsonb NOT NULL
  );
  CREATE INDEX effect_view_by_package ON api.effect_view (package_key, requested_at DESC);

  GRANT USAGE ON SCHEMA api TO weir_service;
  GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA api TO weir_service;
`;

/** Everything in schema `api` is made from the log and can be made again: see rebuildReadModels. */
export class CreateReadModels1795326600000 implements MigrationInterface {
  readonly name = 'CreateReadModels1795326600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA api CASCADE');
  }
}
