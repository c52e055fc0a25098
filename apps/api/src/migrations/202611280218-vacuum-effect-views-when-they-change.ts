import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Inserts leave nothing to clean up and no query counts rows by an index alone; changed rows are vacuumed as ever (docs/adr/0027). */
export class VacuumEffectViewsWhenTheyChange1795832280000 implements MigrationInterface {
  readonly name = 'VacuumEffectViewsWhenTheyChange1795832280000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE api.effect_view SET (autovacuum_vacuum_insert_threshold = -1);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE api.effect_view RESET (autovacuum_vacuum_insert_threshold);
    `);
  }
}
