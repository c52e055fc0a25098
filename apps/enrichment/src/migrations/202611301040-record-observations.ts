import { statisticsTarget } from '@weir/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each observation once, in the order of its package: what the inventory is the fold of (docs/adr/0145). */
export class RecordObservations1796035200000 implements MigrationInterface {
  readonly name = 'RecordObservations1796035200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLE);
    const [log] = (await queryRunner.query(`SELECT to_regclass('log.event') IS NOT NULL AS "isThere"`)) as readonly {
      readonly isThere: boolean;
    }[];
    if (log?.isThere === true) await queryRunner.query(FILL);
    await queryRunner.query(KEYS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE intelligence.observation');
  }
}

const TABLE = `
  CREATE TABLE intelligence.observation (
    workspace text NOT NULL,
    source text NOT NULL,
    id text NOT NULL,
    package_key text NOT NULL,
    ordinal integer NOT NULL,
    sequence bigint,
    observed text,
    copied_from text,
    state text
  ) WITH (toast_tuple_target = 4080, autovacuum_vacuum_insert_threshold = -1);
  COMMENT ON TABLE intelligence.observation IS
    'Every observation once; the inventory is the fold of them. Rows are never changed.';
  COMMENT ON COLUMN intelligence.observation.ordinal IS
    'Place among the observations of its package, from 1 without gaps.';
  COMMENT ON COLUMN intelligence.observation.sequence IS 'Number of the facts that it led to.';
  COMMENT ON COLUMN intelligence.observation.observed IS
    'JSON text as it came; null: recorded before there was a ledger, and nobody knows what it said.';
  COMMENT ON COLUMN intelligence.observation.copied_from IS
    'What another repository said of a package that was copied, as JSON.';
  COMMENT ON COLUMN intelligence.observation.state IS 'What the package was like after it, where folding may begin.';
  GRANT SELECT, INSERT ON intelligence.observation TO weir_service;
`;

/**
 * The cause of a decision, cut out of its text: to read all of it takes ten times as long. It is sure to be cut
 * right, because in a text within JSON a quotation mark has a backslash before it: these names are members alone.
 */
const CAUSE = `split_part(split_part(split_part(data, '"cause":', 2), ',"factsDigest":', 1), ',"decidedAt":', 1)`;

/**
 * Observations that have their decision, by the log. A package is in one shard, so that positions are its order. Keys
 * come afterwards: an index is built faster at once.
 */
const FILL = `
  INSERT INTO intelligence.observation (workspace, source, id, package_key, ordinal)
  SELECT workspace, source, id, package_key, row_number() OVER (PARTITION BY package_key ORDER BY position)
    FROM (SELECT DISTINCT ON (id, source, workspace) workspace, source, id, package_key, position
            FROM (SELECT split_part(subject, '/', 1) AS workspace, cause #>> '{observation,source}' AS source,
                         cause #>> '{observation,id}' AS id, subject AS package_key, shard, position
                    FROM (SELECT shard, position, subject, ${CAUSE}::json AS cause
                            FROM log.event
                           WHERE shard LIKE 'evaluation/%' AND type = 'DecisionRecorded' OFFSET 0) AS decided
                   WHERE cause ->> 'kind' = 'observation') AS observed
           ORDER BY id, source, workspace, shard, position) AS first_decided
`;

const KEYS = `
  ALTER TABLE intelligence.observation ADD PRIMARY KEY (id, source, workspace);
  CREATE UNIQUE INDEX observation_by_package ON intelligence.observation (package_key, ordinal);
  ALTER TABLE intelligence.observation ${statisticsTarget(['workspace', 'source', 'id', 'package_key', 'ordinal'], 10)},
    ${statisticsTarget(['sequence', 'observed', 'copied_from', 'state'], 0)};
`;
