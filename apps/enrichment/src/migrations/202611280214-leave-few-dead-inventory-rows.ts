import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A few dead rows are no reason to go through a table: before it was first analyzed PostgreSQL takes it for empty, and came for 50 of 160,000 (docs/adr/0027). */
export class LeaveFewDeadInventoryRows1795832040000 implements MigrationInterface {
  readonly name = 'LeaveFewDeadInventoryRows1795832040000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.inventory SET (autovacuum_vacuum_threshold = 10000);
      ALTER TABLE intelligence.inventory_vulnerability SET (autovacuum_vacuum_threshold = 10000);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.inventory RESET (autovacuum_vacuum_threshold);
      ALTER TABLE intelligence.inventory_vulnerability RESET (autovacuum_vacuum_threshold);
    `);
  }
}
