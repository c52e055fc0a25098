import { ensureServiceRole } from '../compose/ensure-service-role.js';
import { migrate } from '../compose/migrate-database.js';
import { refuseOtherDatabases } from '../compose/reach-database.js';
import type { ExitCode, Output } from './output.js';

export interface MigrateOptions {
  readonly databaseUrl: string;
  readonly json: boolean;
}

/** `weir migrate`: brings the schema of a database up to date, for services that are started one by one. */
export const migrateCommand = async ({ databaseUrl, json }: MigrateOptions, output: Output): Promise<ExitCode> => {
  refuseOtherDatabases(databaseUrl);
  await ensureServiceRole(databaseUrl);
  const applied = await migrate(databaseUrl);
  output.stdout(json ? JSON.stringify({ applied }) : sentence(applied));
  return 0;
};

const sentence = (applied: readonly string[]): string =>
  applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.length}: ${applied.join(', ')}.`;
