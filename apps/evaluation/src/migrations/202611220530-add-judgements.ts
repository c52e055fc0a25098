import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddJudgements1795325400000 implements MigrationInterface {
  readonly name = 'AddJudgements1795325400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE SCHEMA evaluation;
      CREATE TABLE evaluation.judgement (
        package_key text PRIMARY KEY,
        shard text NOT NULL,
        workspace text NOT NULL,
        repository jsonb NOT NULL,
        package jsonb NOT NULL,
        presence text NOT NULL,
        facts_digest text,
        sequence bigint NOT NULL,
        policy_set_digest text,
        desired jsonb,
        claiming text[] NOT NULL DEFAULT '{}',
        matching text[] NOT NULL DEFAULT '{}',
        look_at timestamptz
      );
      COMMENT ON TABLE evaluation.judgement IS 'The latest judgement of each package: what the next one must know. Can be rebuilt from the log.';
      CREATE INDEX judgement_by_policy_set ON evaluation.judgement (shard, workspace, policy_set_digest);
      CREATE INDEX judgement_by_look ON evaluation.judgement (shard, look_at) WHERE look_at IS NOT NULL;
      CREATE TABLE evaluation.observation (
        source text NOT NULL,
        id text NOT NULL,
        shard text NOT NULL,
        PRIMARY KEY (source, id)
      );
      COMMENT ON TABLE evaluation.observation IS 'Every observation that has its decision: the same source and id is never judged twice.';
      CREATE TABLE evaluation.relay (
        shard text PRIMARY KEY,
        next_position bigint NOT NULL
      );
      GRANT USAGE ON SCHEMA evaluation TO weir_service;
      GRANT SELECT, INSERT, UPDATE, DELETE ON evaluation.judgement, evaluation.relay TO weir_service;
      GRANT SELECT, INSERT ON evaluation.observation TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA evaluation CASCADE');
  }
}
