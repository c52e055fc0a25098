import { statisticsTarget } from '@weir/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** No query looks into a request: as text PostgreSQL does not take it apart, which was a ninth of what action costs it. */
export class KeepRequestsAsText1795828200000 implements MigrationInterface {
  readonly name = 'KeepRequestsAsText1795828200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE action.effect ALTER COLUMN request TYPE text USING request::text;
      ALTER TABLE action.effect ${statisticsTarget(['request'], 0)};
      COMMENT ON COLUMN action.effect.request IS 'JSON: data of the EffectRequested event.';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE action.effect ${statisticsTarget(['request'], -1)};
      ALTER TABLE action.effect ALTER COLUMN request TYPE jsonb USING request::jsonb;
      COMMENT ON COLUMN action.effect.request IS 'Data of the EffectRequested event.';
    `);
  }
}
