import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which ecosystems the loaded advisories cover (docs/adr/0155): of the others nothing is known, and no package is clean. */
export class TellEcosystemsApart1796069400000 implements MigrationInterface {
  readonly name = 'TellEcosystemsApart1796069400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.feed_load ADD COLUMN foreign_records integer, ADD COLUMN ecosystems jsonb;
      COMMENT ON COLUMN intelligence.feed_load.ecosystems IS
        'What the file covers: by ecosystem how many records and when the latest was modified. null: a version before did not tell.';

      CREATE TABLE intelligence.ecosystem_load (
        ecosystem text PRIMARY KEY,
        as_of text,
        loaded_at timestamptz NOT NULL
      );
      COMMENT ON TABLE intelligence.ecosystem_load IS
        'The ecosystems of which advisories were loaded, with the latest of their dates. Follows from the loads.';
      GRANT SELECT, INSERT, UPDATE, DELETE ON intelligence.ecosystem_load TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE intelligence.ecosystem_load;
      ALTER TABLE intelligence.feed_load DROP COLUMN foreign_records, DROP COLUMN ecosystems;
    `);
  }
}
