import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A position says which topic it is of: in another one of that name it says nothing (docs/adr/0186). */
export class NameTopicsOfPositions1796077200000 implements MigrationInterface {
  readonly name = 'NameTopicsOfPositions1796077200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE intelligence.position ADD COLUMN incarnation text;
      COMMENT ON COLUMN intelligence.position.incarnation IS 'The topic that was read; null: a version before read it.'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE intelligence.position DROP COLUMN incarnation');
  }
}
