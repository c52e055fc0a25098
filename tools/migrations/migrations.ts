// npm run -s migrations -- --rows N --json: how long each migration takes on tables of so many rows, and what it locks.
import { parseArgs } from 'node:util';
import pg from 'pg';
import type * as Embedded from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import type * as Migrate from '../../apps/weir/src/compose/migrate-database.js';
import { removeFolder, temporaryFolder } from '../../e2e/harness/weir-process.ts';
import { holdsUp, tryMigrations, type MigrationTried } from './try-migrations.ts';

const built = (file: string): string => new URL(`../../apps/weir/dist/${file}`, import.meta.url).href;
const { startEmbeddedPostgres } = (await import(
  built('embedded-postgres/start-embedded-postgres.js')
)) as typeof Embedded;
const { allMigrations } = (await import(built('compose/migrate-database.js'))) as typeof Migrate;

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, json: { type: 'boolean', default: false } },
});

const lineOf = ({ name, seconds, tables }: MigrationTried): string => {
  const told = tables.map((one) => {
    const work = one.rewritten ? ', written anew' : one.touched > 0 ? `, ${one.touched} rows touched` : '';
    return `${one.table} (${one.lock ?? 'no transaction'}${work}${holdsUp(one) ? ': holds up' : ''})`;
  });
  return `${seconds.toFixed(2).padStart(8)} s  ${name}${told.length > 0 ? `: ${told.join(', ')}` : ''}`;
};

const folder = temporaryFolder();
const postgres = await startEmbeddedPostgres(folder);
const client = new pg.Client({ connectionString: postgres.ownerUrl });
try {
  await client.connect();
  const tried = await tryMigrations(
    client,
    allMigrations.map((Migration) => new Migration()),
    Number(values.rows),
  );
  process.stdout.write(`${values.json ? JSON.stringify(tried) : tried.map(lineOf).join('\n')}\n`);
} finally {
  await client.end();
  await postgres.stop();
  removeFolder(folder);
}
