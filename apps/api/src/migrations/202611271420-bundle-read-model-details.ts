import { statisticsTarget } from '@weir/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What no query filters or sorts by is one JSON text: each column that PostgreSQL takes apart, casts and keeps statistics of
 * costs for every decision. Decisions never change, so inserts leave nothing to vacuum (docs/adr/0027).
 */
export class BundleReadModelDetails1795789200000 implements MigrationInterface {
  readonly name = 'BundleReadModelDetails1795789200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE api.package_view ADD COLUMN details text;
      UPDATE api.package_view SET details = json_build_object('environment', environment, 'team', team, 'version', version, 'promotion', promotion,
        'reasons', reasons, 'decision', json_build_object('id', decision_id, 'cause', cause_kind))::text;
      ALTER TABLE api.package_view ALTER COLUMN details SET NOT NULL, DROP COLUMN environment, DROP COLUMN team, DROP COLUMN version,
        DROP COLUMN promotion, DROP COLUMN reasons, DROP COLUMN decision_id, DROP COLUMN cause_kind;
      COMMENT ON COLUMN api.package_view.details IS 'JSON: environment, team, version, promotion, reasons, decision (id, cause).';

      ALTER TABLE api.decision_view ADD COLUMN details text;
      UPDATE api.decision_view SET details = json_build_object('cause', json_build_object('kind', cause_kind, 'detail', cause_detail), 'before', before,
        'tags', tags, 'factsDigest', facts_digest, 'policySetDigest', policy_set_digest)::text;
      ALTER TABLE api.decision_view ALTER COLUMN details SET NOT NULL, DROP COLUMN cause_kind, DROP COLUMN cause_detail, DROP COLUMN before,
        DROP COLUMN tags, DROP COLUMN facts_digest, DROP COLUMN policy_set_digest;
      COMMENT ON COLUMN api.decision_view.details IS 'JSON: cause (kind, detail), before, tags, factsDigest, policySetDigest.';
      ALTER TABLE api.decision_view SET (autovacuum_vacuum_insert_threshold = -1);

      ALTER TABLE api.package_view ${statisticsTarget(PACKAGE_COMPARED, 10)}, ${statisticsTarget(['details'], 0)};
      ALTER TABLE api.decision_view ${statisticsTarget(DECISION_COMPARED, 10)}, ${statisticsTarget(['matched', 'details'], 0)};
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE api.package_view ADD COLUMN environment text, ADD COLUMN team text, ADD COLUMN version text, ADD COLUMN promotion text,
        ADD COLUMN reasons jsonb, ADD COLUMN decision_id text, ADD COLUMN cause_kind text;
      UPDATE api.package_view SET environment = details::jsonb ->> 'environment', team = details::jsonb ->> 'team', version = details::jsonb ->> 'version',
        promotion = details::jsonb ->> 'promotion', reasons = details::jsonb -> 'reasons', decision_id = details::jsonb #>> '{decision,id}',
        cause_kind = details::jsonb #>> '{decision,cause}';
      ALTER TABLE api.package_view ALTER COLUMN version SET NOT NULL, ALTER COLUMN promotion SET NOT NULL, ALTER COLUMN reasons SET NOT NULL,
        ALTER COLUMN decision_id SET NOT NULL, ALTER COLUMN cause_kind SET NOT NULL, DROP COLUMN details;

      ALTER TABLE api.decision_view ADD COLUMN cause_kind text, ADD COLUMN cause_detail text, ADD COLUMN before jsonb, ADD COLUMN tags text[],
        ADD COLUMN facts_digest text, ADD COLUMN policy_set_digest text;
      UPDATE api.decision_view SET cause_kind = details::jsonb #>> '{cause,kind}', cause_detail = details::jsonb #>> '{cause,detail}',
        before = nullif(details::jsonb -> 'before', 'null'), tags = ARRAY(SELECT jsonb_array_elements_text(details::jsonb -> 'tags')),
        facts_digest = details::jsonb ->> 'factsDigest', policy_set_digest = details::jsonb ->> 'policySetDigest';
      ALTER TABLE api.decision_view ALTER COLUMN cause_kind SET NOT NULL, ALTER COLUMN cause_detail SET NOT NULL, ALTER COLUMN tags SET NOT NULL,
        ALTER COLUMN policy_set_digest SET NOT NULL, DROP COLUMN details, RESET (autovacuum_vacuum_insert_threshold);

      ALTER TABLE api.package_view ${statisticsTarget(PACKAGE_COMPARED, -1)};
      ALTER TABLE api.decision_view ${statisticsTarget([...DECISION_COMPARED, 'matched'], -1)};
    `);
  }
}

const PACKAGE_COMPARED = [
  'package_key',
  'workspace',
  'repository',
  'format',
  'purl',
  'name',
  'presence',
  'state',
  'tags',
  'decided_at',
  'changed_at',
];
const DECISION_COMPARED = ['id', 'workspace', 'repository', 'purl', 'decided_at', 'state', 'changed', 'errored'];
