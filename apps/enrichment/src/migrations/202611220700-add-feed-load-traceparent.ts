import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddFeedLoadTraceparent1795330800000 implements MigrationInterface {
  readonly name = 'AddFeedLoadTraceparent1795330800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.feed_load ADD COLUMN traceparent text;
      COMMENT ON COLUMN intelligence.feed_load.traceparent IS 'The trace that judgements caused by this load link to; null when it was not traced.';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE intelligence.feed_load DROP COLUMN traceparent');
  }
}
