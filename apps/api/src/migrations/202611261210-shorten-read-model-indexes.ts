import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes end where the order is as good as decided: the few rows of one instant or name are sorted when they are read
 * (incremental sort), and equal keys share an entry. A GIN index holds an entry for an empty array as well, and most
 * packages have no tag.
 */
export class ShortenReadModelIndexes1795695000000 implements MigrationInterface {
  readonly name = 'ShortenReadModelIndexes1795695000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`${DROP}
      CREATE INDEX package_view_by_change ON api.package_view (changed_at DESC);
      CREATE INDEX package_view_by_name ON api.package_view (name);
      CREATE INDEX package_view_by_repository ON api.package_view (repository, changed_at DESC);
      CREATE INDEX package_view_by_tag ON api.package_view USING gin (tags) WHERE tags <> '{}';
      CREATE INDEX decision_view_by_time ON api.decision_view (decided_at DESC);
      CREATE INDEX decision_view_by_change ON api.decision_view (decided_at DESC) WHERE changed;
      CREATE INDEX decision_view_by_purl ON api.decision_view (purl, decided_at DESC);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`${DROP}
      CREATE INDEX package_view_by_change ON api.package_view (changed_at DESC, package_key);
      CREATE INDEX package_view_by_name ON api.package_view (name, package_key);
      CREATE INDEX package_view_by_repository ON api.package_view (repository, changed_at DESC, package_key);
      CREATE INDEX package_view_by_tag ON api.package_view USING gin (tags);
      CREATE INDEX decision_view_by_time ON api.decision_view (decided_at DESC, id DESC);
      CREATE INDEX decision_view_by_change ON api.decision_view (decided_at DESC, id DESC) WHERE changed;
      CREATE INDEX decision_view_by_purl ON api.decision_view (purl, decided_at DESC, id DESC);
    `);
  }
}

const DROP = `
  DROP INDEX api.package_view_by_change, api.package_view_by_name, api.package_view_by_repository, api.package_view_by_tag,
    api.decision_view_by_time, api.decision_view_by_change, api.decision_view_by_purl;`;
