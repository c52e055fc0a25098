import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddJudgementOrigin1795330860000 implements MigrationInterface {
  readonly name = 'AddJudgementOrigin1795330860000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.judgement ADD COLUMN origin_traceparent text;
      COMMENT ON COLUMN evaluation.judgement.origin_traceparent IS 'The trace of the event that first brought the package; null when it was not traced.';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE evaluation.judgement DROP COLUMN origin_traceparent');
  }
}
