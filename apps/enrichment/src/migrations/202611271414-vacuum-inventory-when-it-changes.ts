import { statisticsTarget } from '@weir/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Inserts leave nothing to clean up and no query counts rows by an index alone; changed rows are vacuumed as ever. Statistics are kept of what queries compare alone (docs/adr/0027). */
export class VacuumInventoryWhenItChanges1795788840000 implements MigrationInterface {
  readonly name = 'VacuumInventoryWhenItChanges1795788840000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.inventory SET (autovacuum_vacuum_insert_threshold = -1);
      ALTER TABLE intelligence.inventory_vulnerability SET (autovacuum_vacuum_insert_threshold = -1);
      ALTER TABLE intelligence.inventory ${statisticsTarget(COMPARED, 10)}, ${statisticsTarget(NEVER_COMPARED, 0)};
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.inventory RESET (autovacuum_vacuum_insert_threshold);
      ALTER TABLE intelligence.inventory_vulnerability RESET (autovacuum_vacuum_insert_threshold);
      ALTER TABLE intelligence.inventory ${statisticsTarget([...COMPARED, ...NEVER_COMPARED], -1)};
    `);
  }
}

const COMPARED = ['package_key', 'workspace', 'ecosystem', 'package_name', 'presence', 'observed_at'];
const NEVER_COMPARED = [
  'repository',
  'package',
  'metadata',
  'first_seen_at',
  'last_downloaded_at',
  'sequence',
  'facts_digest',
  'knowledge_digest',
];
