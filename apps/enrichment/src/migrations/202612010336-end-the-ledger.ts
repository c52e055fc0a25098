import { statisticsTarget } from '@weir/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Old rows of the ledger may go once a later one holds the state after them (docs/adr/0194). Rows that are there count as
 * received now, which costs no rewriting; and so do those of an enrichment of the version before.
 */
export class EndTheLedger1796096160000 implements MigrationInterface {
  readonly name = 'EndTheLedger1796096160000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.observation
        ADD COLUMN received_at timestamptz NOT NULL DEFAULT now(),
        ADD COLUMN forgotten_until timestamptz;
      COMMENT ON TABLE intelligence.observation IS
        'Every observation once; the inventory is the fold of them. Rows are never changed; old ones go, all but the last of each package.';
      COMMENT ON COLUMN intelligence.observation.forgotten_until IS
        'Given where rows of the package before this one are gone: the latest time at which what they told happened.';
      ALTER TABLE intelligence.observation ${statisticsTarget(['forgotten_until'], 0)}, ${statisticsTarget(['received_at'], 10)};
    `);
    await queryRunner.query(FORGET);
    await queryRunner.query(`
      REVOKE EXECUTE ON FUNCTION intelligence.forget_observations FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION intelligence.forget_observations TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION intelligence.forget_observations;
      ALTER TABLE intelligence.observation DROP COLUMN received_at, DROP COLUMN forgotten_until;
    `);
  }
}

/**
 * The services' role may add to the ledger and not take from it: this function does, as its owner, and only what was received
 * more than 29 days ago. The last row of each package goes as well, and comes back with its state: rows are not changed. Answers how many
 * came back, and how many went.
 */
const FORGET = `
  CREATE FUNCTION intelligence.forget_observations(keys text[], ordinals integer[], states text[], untils timestamptz[])
  RETURNS integer[] LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH cut AS (
      SELECT * FROM unnest(keys, ordinals, states, untils) AS c (key, ordinal, state, until)
       WHERE NOT EXISTS (SELECT FROM intelligence.observation y
                          WHERE y.package_key = c.key AND y.ordinal <= c.ordinal AND y.received_at >= now() - interval '29 days')
    ), gone AS (
      DELETE FROM intelligence.observation o USING cut WHERE o.package_key = cut.key AND o.ordinal <= cut.ordinal RETURNING o.*
    ), kept AS (
    INSERT INTO intelligence.observation
      (workspace, source, id, package_key, ordinal, sequence, observed, copied_from, received_at, state, forgotten_until)
    SELECT g.workspace, g.source, g.id, g.package_key, g.ordinal, g.sequence, g.observed, g.copied_from, g.received_at, cut.state, cut.until
      FROM gone g JOIN cut ON cut.key = g.package_key AND cut.ordinal = g.ordinal RETURNING 1)
    SELECT ARRAY[(SELECT count(*) FROM kept), (SELECT count(*) FROM gone)]::integer[]
  $$`;
