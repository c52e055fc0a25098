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

test('squawk finds nothing in the migrations but what is older than the rules or has a stated reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-migrations-'));
  for (const Migration of allMigrations) {
    const migration = new Migration();
    writeFileSync(join(folder, `${migration.name}.sql`), await sqlOfMigration(migration));
  }
  const options = [
    '--assume-in-transaction',
    '--pg-version',
    '18.0',
    '--reporter',
    'json',
    '--exclude',
    EXCLUDED.join(','),
  ];
  const files = allMigrations.map((Migration) => `${new Migration().name}.sql`);
  const { stdout, stderr } = runTool('squawk', [...options, ...files], { cwd: folder });
  rmSync(folder, { recursive: true, force: true });
  const found = JSON.parse(stdout) as readonly Finding[];
  expect(stderr).toBe('');
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
