import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allMigrations } from '../../apps/weir/src/compose/migrate-database.js';
import { ACCEPTED, BEFORE_THE_RULES } from '../../tools/migrations/accepted-findings.js';
import { sqlOfMigration } from '../../tools/migrations/sql-of-migration.js';
import { runTool } from './run-tool.js';

/** What does not hold here: `weir migrate` sets the limit, and a count that never passes a thousand needs no bigint. */
const EXCLUDED = ['require-lock-timeout', 'require-statement-timeout', 'prefer-bigint-over-int'];

interface Finding {
  readonly file: string;
  readonly rule_name: string;
  readonly message: string;
}

const squawk = (folder: string, isInTransaction: boolean) => {
  const migrations = allMigrations.map((Migration) => new Migration());
  const files = migrations
    .filter(({ transaction = true }) => transaction === isInTransaction)
    .map(({ name }) => `${name}.sql`);
  const options = ['--pg-version', '18.0', '--reporter', 'json', '--exclude', EXCLUDED.join(',')];
  const assumed = isInTransaction ? ['--assume-in-transaction'] : [];
  return runTool('squawk', [...options, ...assumed, ...files], { cwd: folder });
};

test('squawk finds nothing in the migrations but what is older than the rules or has a stated reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-migrations-'));
  for (const Migration of allMigrations) {
    const migration = new Migration();
    writeFileSync(join(folder, `${migration.name}.sql`), await sqlOfMigration(migration));
  }
  const runs = [true, false].map((isInTransaction) => squawk(folder, isInTransaction));
  rmSync(folder, { recursive: true, force: true });
  expect(runs.map(({ stderr }) => stderr)).toEqual(['', '']);
  const found = runs.flatMap(({ stdout }) => JSON.parse(stdout) as readonly Finding[]);
  const byMigration = Map.groupBy(found, ({ file }) => file.replace('.sql', ''));
  const isOpen = (name: string, rule: string): boolean => ACCEPTED[name]?.[rule] === undefined;
  const open = [...byMigration]
    .filter(([name]) => !BEFORE_THE_RULES.includes(name))
    .flatMap(([name, all]) =>
      all.filter(({ rule_name: rule }) => isOpen(name, rule)).map((one) => [name, one.rule_name, one.message]),
    );
  expect(open).toEqual([]);
  const excused = [...BEFORE_THE_RULES, ...Object.keys(ACCEPTED)];
  expect(
    excused.filter((name) => !byMigration.has(name)),
    'nothing is found in it any more',
  ).toEqual([]);
});
