import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a version before loaded, told from the advisories that are kept: an ecosystem is covered when one of them names it
 * alone. When is not known better than since the first load.
 */
export class FillEcosystemLoads1796069460000 implements MigrationInterface {
  readonly name = 'FillEcosystemLoads1796069460000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      INSERT INTO intelligence.ecosystem_load (ecosystem, as_of, loaded_at)
      SELECT DISTINCT alone.ecosystem, NULL, loads.first_at
        FROM (SELECT min(ecosystem) AS ecosystem FROM intelligence.advisory_affects
               GROUP BY advisory_id HAVING min(ecosystem) = max(ecosystem)) alone,
             (SELECT min(loaded_at) AS first_at FROM intelligence.feed_load WHERE feed = 'osv') loads
       WHERE loads.first_at IS NOT NULL
          ON CONFLICT DO NOTHING`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DELETE FROM intelligence.ecosystem_load');
  }
}
