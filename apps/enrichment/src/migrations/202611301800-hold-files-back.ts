import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a file of a feed takes away waits for a second day or a person (docs/adr/0150), and a person may put an older file
 * in the place of what is known (docs/adr/0151). Ids of held back files come from the sequence of the loads, so that the
 * log tells both in the order in which they were decided.
 */
export class HoldFilesBack1796061600000 implements MigrationInterface {
  readonly name = 'HoldFilesBack1796061600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.feed_load
        ADD COLUMN decided text,
        ADD COLUMN decided_by text,
        ADD COLUMN decided_at timestamptz,
        ADD COLUMN because text;
      COMMENT ON COLUMN intelligence.feed_load.decided IS 'accepted or replaced: what a person decided of the file; null: nobody was asked.';

      CREATE TABLE intelligence.feed_held_back (
        id bigint PRIMARY KEY DEFAULT nextval('intelligence.feed_load_id_seq'),
        feed text NOT NULL,
        revision text NOT NULL,
        source text NOT NULL,
        digest text NOT NULL,
        as_of text NOT NULL,
        held_at timestamptz NOT NULL,
        records integer NOT NULL,
        added integer NOT NULL,
        changed integer NOT NULL,
        removed integer NOT NULL,
        skipped integer NOT NULL,
        absent integer NOT NULL,
        lowered integer NOT NULL,
        reason text NOT NULL,
        traceparent text
      );
      CREATE INDEX feed_held_back_by_feed ON intelligence.feed_held_back (feed, id DESC);
      COMMENT ON TABLE intelligence.feed_held_back IS 'Files that take away more than their feed ever does. The feed is held back while its newest is newer than its newest load.';

      CREATE TABLE intelligence.feed_awaited (
        feed text NOT NULL,
        key text NOT NULL,
        day date NOT NULL,
        score double precision,
        percentile double precision,
        PRIMARY KEY (feed, key)
      );
      COMMENT ON TABLE intelligence.feed_awaited IS 'What the newest file of a feed takes away, until a file of a later day says the same.';
      COMMENT ON COLUMN intelligence.feed_awaited.score IS 'That the file lowers it to; null: the file leaves the entry out.';

      GRANT SELECT, INSERT, UPDATE, DELETE ON intelligence.feed_held_back, intelligence.feed_awaited TO weir_service;
      GRANT USAGE ON SEQUENCE intelligence.feed_load_id_seq TO weir_service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      REVOKE USAGE ON SEQUENCE intelligence.feed_load_id_seq FROM weir_service;
      DROP TABLE intelligence.feed_awaited, intelligence.feed_held_back;
      ALTER TABLE intelligence.feed_load
        DROP COLUMN decided, DROP COLUMN decided_by, DROP COLUMN decided_at, DROP COLUMN because;
    `);
  }
}
