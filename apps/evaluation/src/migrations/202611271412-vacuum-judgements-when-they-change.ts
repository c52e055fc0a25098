import { statisticsTarget } from '@weir/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Inserts leave nothing to clean up and no query counts rows by an index alone; changed rows are vacuumed as ever. Statistics are kept of what queries compare alone (docs/adr/0027). */
export class VacuumJudgementsWhenTheyChange1795788720000 implements MigrationInterface {
  readonly name = 'VacuumJudgementsWhenTheyChange1795788720000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.judgement SET (autovacuum_vacuum_insert_threshold = -1);
      ALTER TABLE evaluation.observation SET (autovacuum_vacuum_insert_threshold = -1);
      ALTER TABLE evaluation.judgement ${statisticsTarget(COMPARED, 10)}, ${statisticsTarget(NEVER_COMPARED, 0)};
      ALTER TABLE evaluation.observation ${statisticsTarget(['source', 'id', 'shard'], 10)};
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE evaluation.judgement RESET (autovacuum_vacuum_insert_threshold);
      ALTER TABLE evaluation.observation RESET (autovacuum_vacuum_insert_threshold);
      ALTER TABLE evaluation.judgement ${statisticsTarget([...COMPARED, ...NEVER_COMPARED], -1)};
      ALTER TABLE evaluation.observation ${statisticsTarget(['source', 'id', 'shard'], -1)};
    `);
  }
}

const COMPARED = ['package_key', 'shard', 'workspace', 'presence', 'policy_set_digest', 'look_at'];
const NEVER_COMPARED = ['facts_digest', 'sequence', 'details', 'origin_traceparent'];
