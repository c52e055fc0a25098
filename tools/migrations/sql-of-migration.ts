import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The statements that a migration runs. What it asks the database is answered with nothing. */
export const sqlOfMigration = async (migration: MigrationInterface): Promise<string> => {
  const statements: string[] = [];
  const runner = {
    query: async (text: string): Promise<readonly unknown[]> => {
      statements.push(text.trim().replace(/;?$/, ';'));
      return [];
    },
  };
  await migration.up(runner as unknown as QueryRunner);
  return `${statements.join('\n')}\n`;
};
