import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What no statement looks into is one text: five columns that PostgreSQL parsed and built anew took half of the write. */
export class BundleJudgementDetails1795694700000 implements MigrationInterface {
  readonly name = 'BundleJudgementDetails1795694700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.judgement ADD COLUMN details text;
      UPDATE evaluation.judgement SET details = json_build_object('repository', repository, 'package', package, 'desired', desired,
        'claiming', claiming, 'matching', matching)::text;
      ALTER TABLE evaluation.judgement ALTER COLUMN details SET NOT NULL;
      ALTER TABLE evaluation.judgement DROP COLUMN repository, DROP COLUMN package, DROP COLUMN desired, DROP COLUMN claiming, DROP COLUMN matching;
      COMMENT ON COLUMN evaluation.judgement.details IS 'JSON: repository, package, desired, claiming, matching.';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.judgement ADD COLUMN repository jsonb, ADD COLUMN package jsonb, ADD COLUMN desired jsonb,
        ADD COLUMN claiming text[] NOT NULL DEFAULT '{}', ADD COLUMN matching text[] NOT NULL DEFAULT '{}';
      UPDATE evaluation.judgement SET repository = details::jsonb -> 'repository', package = details::jsonb -> 'package',
        desired = nullif(details::jsonb -> 'desired', 'null'),
        claiming = ARRAY(SELECT jsonb_array_elements_text(details::jsonb -> 'claiming')),
        matching = ARRAY(SELECT jsonb_array_elements_text(details::jsonb -> 'matching'));
      ALTER TABLE evaluation.judgement ALTER COLUMN repository SET NOT NULL, ALTER COLUMN package SET NOT NULL, DROP COLUMN details;
    `);
  }
}
