import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Inserts leave nothing to clean up and no query counts rows by an index alone; changed rows are vacuumed as ever (docs/adr/0027). */
export class VacuumEffectsWhenTheyChange1795832160000 implements MigrationInterface {
  readonly name = 'VacuumEffectsWhenTheyChange1795832160000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE action.effect SET (autovacuum_vacuum_insert_threshold = -1);
      ALTER TABLE action.package SET (autovacuum_vacuum_insert_threshold = -1);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE action.effect RESET (autovacuum_vacuum_insert_threshold);
      ALTER TABLE action.package RESET (autovacuum_vacuum_insert_threshold);
    `);
  }
}
