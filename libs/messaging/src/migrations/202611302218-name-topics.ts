import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each topic has an id: made anew it has another, and positions of before say nothing of it (docs/adr/0186). */
export class NameTopics1796077080000 implements MigrationInterface {
  readonly name = 'NameTopics1796077080000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE topic.identity (
        topic text PRIMARY KEY,
        id uuid NOT NULL DEFAULT gen_random_uuid()
      );
      COMMENT ON TABLE topic.identity IS
        'Names a topic as it was made. Positions in it are kept with this id, so that those of another topic of its name are known.';
      INSERT INTO topic.identity (topic) SELECT DISTINCT topic FROM topic.partition_head;
      ALTER TABLE topic.group_position ADD COLUMN incarnation text;
      COMMENT ON COLUMN topic.group_position.incarnation IS 'The topic that was read; null: a version before told it.';
      GRANT SELECT, INSERT ON topic.identity TO weir_service`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE topic.group_position DROP COLUMN incarnation');
    await queryRunner.query('DROP TABLE topic.identity');
  }
}
