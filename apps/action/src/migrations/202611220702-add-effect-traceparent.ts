import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddEffectTraceparent1795330920000 implements MigrationInterface {
  readonly name = 'AddEffectTraceparent1795330920000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE action.effect ADD COLUMN traceparent text;
      COMMENT ON COLUMN action.effect.traceparent IS 'The trace that its webhooks continue; null when it was not traced.';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE action.effect DROP COLUMN traceparent');
  }
}
