import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAction1795327200000 implements MigrationInterface {
  readonly name = 'CreateAction1795327200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE SCHEMA action;
      CREATE TABLE action.package (
        package_key text PRIMARY KEY,
        shard text NOT NULL,
        state text NOT NULL,
        tags text[] NOT NULL
      );
      COMMENT ON TABLE action.package IS 'The level last asked for of each package that any effect was asked for.';
      CREATE TABLE action.source (
        shard text NOT NULL,
        source_shard text NOT NULL,
        next_position bigint NOT NULL,
        PRIMARY KEY (shard, source_shard)
      );
      COMMENT ON TABLE action.source IS 'How far each shard of decisions was acted on; lower positions are repeats.';
      CREATE TABLE action.effect (
        effect_id text PRIMARY KEY,
        sequence bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        shard text NOT NULL,
        package_key text NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'superseded', 'recorded')),
        request jsonb NOT NULL
      );
      COMMENT ON COLUMN action.effect.request IS 'Data of the EffectRequested event.';
      CREATE INDEX effect_by_status ON action.effect (status, sequence);
      CREATE TABLE action.delivery (
        effect_id text NOT NULL REFERENCES action.effect,
        endpoint text NOT NULL,
        sequence bigint NOT NULL,
        shard text NOT NULL,
        package_key text NOT NULL,
        changes_state boolean NOT NULL,
        status text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'superseded')),
        attempts integer NOT NULL,
        requested_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        overtaken boolean NOT NULL DEFAULT false,
        last_reason text,
        finished_at timestamptz,
        PRIMARY KEY (effect_id, endpoint)
      );
      COMMENT ON COLUMN action.delivery.overtaken IS 'A later delivery may say all that this one would; then it is due at once, to be looked at.';
      CREATE INDEX delivery_lane ON action.delivery (package_key, endpoint, sequence) WHERE status = 'pending';
      CREATE INDEX delivery_due ON action.delivery (shard, endpoint, due_at) WHERE status = 'pending';
      GRANT USAGE ON SCHEMA action TO weir_service;
      GRANT SELECT, INSERT, UPDATE ON action.package, action.source, action.effect, action.delivery TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA action CASCADE');
  }
}
