import type { MigrationInterface, QueryRunner } from 'typeorm';

const FEEDS = `
  CREATE SCHEMA intelligence;
  REVOKE ALL ON SCHEMA intelligence FROM PUBLIC;

  CREATE TABLE intelligence.advisory (
    id text PRIMARY KEY,
    modified_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    digest text NOT NULL,
    record text NOT NULL
  );
  COMMENT ON COLUMN intelligence.advisory.record IS 'The OSV record as JSON text: it is only ever read whole.';

  CREATE TABLE intelligence.advisory_affects (
    ecosystem text NOT NULL,
    package_name text NOT NULL,
    advisory_id text NOT NULL REFERENCES intelligence.advisory (id),
    PRIMARY KEY (ecosystem, package_name, advisory_id)
  );
  CREATE INDEX advisory_affects_by_advisory ON intelligence.advisory_affects (advisory_id);

  CREATE TABLE intelligence.epss_score (
    cve text PRIMARY KEY,
    score double precision NOT NULL,
    percentile double precision NOT NULL,
    date date NOT NULL
  ) WITH (fillfactor = 50);
  COMMENT ON COLUMN intelligence.epss_score.date IS 'Day of the file that last moved the score or the percentile.';

  CREATE TABLE intelligence.epss_history (
    cve text NOT NULL,
    date date NOT NULL,
    score double precision NOT NULL,
    percentile double precision NOT NULL,
    PRIMARY KEY (cve, date)
  );
  COMMENT ON TABLE intelligence.epss_history IS 'Scores that were replaced by another score, under the day they came.';

  CREATE TABLE intelligence.kev (
    cve text PRIMARY KEY,
    date_added date NOT NULL,
    due_date date,
    ransomware boolean NOT NULL,
    name text NOT NULL
  );

  CREATE TABLE intelligence.feed_load (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed text NOT NULL,
    revision text NOT NULL,
    source text NOT NULL,
    digest text,
    etag text,
    as_of text,
    loaded_at timestamptz NOT NULL,
    records integer NOT NULL,
    added integer NOT NULL,
    changed integer NOT NULL,
    removed integer NOT NULL,
    skipped integer NOT NULL,
    affected_packages integer NOT NULL
  );
  CREATE INDEX feed_load_by_feed ON intelligence.feed_load (feed, id DESC);
`;

const PACKAGES = `
  CREATE TABLE intelligence.inventory (
    package_key text PRIMARY KEY,
    workspace text NOT NULL,
    ecosystem text,
    package_name text NOT NULL,
    repository text NOT NULL,
    package text NOT NULL,
    metadata text,
    presence text NOT NULL CHECK (presence IN ('present', 'deleted')),
    first_seen_at timestamptz NOT NULL,
    observed_at timestamptz NOT NULL,
    last_downloaded_at timestamptz,
    sequence bigint NOT NULL,
    facts_digest text,
    knowledge_digest text
  ) WITH (fillfactor = 80);
  COMMENT ON COLUMN intelligence.inventory.ecosystem IS 'OSV ecosystem; null where no advisories are matched.';
  COMMENT ON COLUMN intelligence.inventory.metadata IS 'JSON text, like repository and package: only ever read whole.';
  COMMENT ON COLUMN intelligence.inventory.knowledge_digest IS 'Names what the feeds said of the package in its last facts.';
  CREATE INDEX inventory_by_name ON intelligence.inventory (package_name, ecosystem);

  CREATE TABLE intelligence.inventory_vulnerability (
    package_key text NOT NULL,
    vulnerability_id text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (package_key, vulnerability_id)
  );
  COMMENT ON COLUMN intelligence.inventory_vulnerability.ended_at IS 'Since when it no longer affects the package; first_seen_at outlives that.';
  CREATE INDEX inventory_vulnerability_by_id ON intelligence.inventory_vulnerability (vulnerability_id) WHERE ended_at IS NULL;

  CREATE TABLE intelligence.pending_reassessment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    package_key text NOT NULL,
    feed text NOT NULL,
    revision text NOT NULL,
    changed text[] NOT NULL,
    because text[] NOT NULL,
    knowledge_digest text,
    queued_at timestamptz NOT NULL
  );
  COMMENT ON COLUMN intelligence.pending_reassessment.knowledge_digest IS 'That of the inventory when the feed changed.';

  CREATE TABLE intelligence.position (
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (topic, partition)
  ) WITH (fillfactor = 50);

  GRANT USAGE ON SCHEMA intelligence TO weir_service;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA intelligence TO weir_service;
`;

/** What the feeds say, which packages there are, and which of them must be looked at again. */
export class CreateIntelligence1795326000000 implements MigrationInterface {
  readonly name = 'CreateIntelligence1795326000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FEEDS);
    await queryRunner.query(PACKAGES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA intelligence CASCADE');
  }
}
