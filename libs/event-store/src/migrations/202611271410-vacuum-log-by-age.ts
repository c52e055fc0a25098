import { statisticsTarget } from '@weir/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rows of the log never die, so vacuuming after inserts frees nothing: it rewrote every page, and while it ran an event cost
 * a tenth more CPU and twice the WAL (docs/adr/0027). Statistics are kept of what queries compare alone.
 */
export class VacuumLogByAge1795788600000 implements MigrationInterface {
  readonly name = 'VacuumLogByAge1795788600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE log.event SET (autovacuum_vacuum_insert_threshold = -1);
      ALTER TABLE log.evidence SET (autovacuum_vacuum_insert_threshold = -1);
      ALTER TABLE log.evidence_frame SET (autovacuum_vacuum_insert_threshold = -1);
      ALTER TABLE log.event ${statisticsTarget(['shard', 'position'], 10)}, ${statisticsTarget(NEVER_COMPARED, 0)};
      ALTER TABLE log.evidence ${statisticsTarget(['digest'], 10)}, ${statisticsTarget(EVIDENCE_NEVER_COMPARED, 0)};
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE log.event RESET (autovacuum_vacuum_insert_threshold);
      ALTER TABLE log.evidence RESET (autovacuum_vacuum_insert_threshold);
      ALTER TABLE log.evidence_frame RESET (autovacuum_vacuum_insert_threshold);
      ALTER TABLE log.event ${statisticsTarget(['shard', 'position', ...NEVER_COMPARED], -1)};
      ALTER TABLE log.evidence ${statisticsTarget(['digest', ...EVIDENCE_NEVER_COMPARED], -1)};
    `);
  }
}

const NEVER_COMPARED = [
  'version',
  'subject',
  'data',
  'metadata',
  'occurred_at',
  'recorded_at',
  'prev_hash',
  'hash',
  'type',
];
const EVIDENCE_NEVER_COMPARED = ['kind', 'encoding', 'bytes', 'size', 'frame', 'start'];
