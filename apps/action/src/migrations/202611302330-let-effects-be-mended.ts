import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is derived may be made again from the log, and a row that the log does not know goes away (docs/adr/0180). */
export class LetEffectsBeMended1796081400000 implements MigrationInterface {
  readonly name = 'LetEffectsBeMended1796081400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('GRANT DELETE ON action.package, action.effect, action.delivery TO weir_service');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('REVOKE DELETE ON action.package, action.effect, action.delivery FROM weir_service');
  }
}
