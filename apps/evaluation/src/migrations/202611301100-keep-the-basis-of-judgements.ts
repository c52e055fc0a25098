import { statisticsTarget } from '@weir/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Under which conditions a package's basis was last looked at: what a sweep looks for. Null in what versions before wrote, so that it is looked at again. */
export class KeepTheBasisOfJudgements1796036400000 implements MigrationInterface {
  readonly name = 'KeepTheBasisOfJudgements1796036400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.judgement ADD COLUMN conditions text;
      COMMENT ON COLUMN evaluation.judgement.conditions IS 'Names the policy set, the engine, the exceptions and the freshness under which the basis was last looked at.';
      COMMENT ON COLUMN evaluation.judgement.details IS 'JSON: repository, package, desired, basis, said, memory and more.';
      COMMENT ON TABLE evaluation.observation IS 'Observations that versions before judged, and those that came without their place: the same is never judged twice.';
      ALTER TABLE evaluation.judgement ${statisticsTarget(['conditions'], 10)};
      CREATE TABLE evaluation.swept (
        shard text PRIMARY KEY,
        policy_events bigint NOT NULL,
        feed_events bigint NOT NULL
      );
      COMMENT ON TABLE evaluation.swept IS 'Up to where in policy/0 and feeds/0 no package of the shard is due.';
      GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.swept TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE evaluation.swept;
      ALTER TABLE evaluation.judgement DROP COLUMN conditions;
    `);
  }
}
