import { readFileSync } from 'node:fs';
import { deleteOld, readConfiguration, scrape, keepRetention, type Kept } from '@weir/service';
import { pino } from 'pino';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { actionConfigurationSchema } from '../../apps/action/src/config.js';
import { actionRetention } from '../../apps/action/src/retention/effect-retention.js';
import { apiConfigurationSchema } from '../../apps/api/src/config.js';
import { viewRetention } from '../../apps/api/src/retention/view-retention.js';
import { enrichmentConfigurationSchema } from '../../apps/enrichment/src/config.js';
import { enrichmentRetention } from '../../apps/enrichment/src/retention/enrichment-retention.js';
import { allMigrations } from '../../apps/weir/src/compose/migrate-database.js';
import { messageRetention } from '../../libs/messaging/src/embedded/message-retention.js';
import { migrateTestDatabase } from '../testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { openTestPool } from '../testing/test-pool.js';
import { ENDS } from './ends-of-tables.js';

let database: TestDatabase;
let owner: pg.Pool;
let service: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateTestDatabase(database, allMigrations);
  [owner, service] = [openTestPool(database.ownerUrl, 2), openTestPool(database.serviceUrl, 4)];
});
afterAll(async () => {
  await Promise.all([owner.end(), service.end()]);
  await database.drop();
});

const tablesOf = async (): Promise<readonly string[]> => {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

const withoutEnd = async (): Promise<readonly string[]> =>
  (await tablesOf()).filter((name) => ENDS[name] === undefined);

const env = { DATABASE_URL: 'postgres://weir@127.0.0.1/unused' };
const configured = {
  ...readConfiguration(enrichmentConfigurationSchema, env),
  ...readConfiguration(actionConfigurationSchema, env),
  ...readConfiguration(apiConfigurationSchema, env),
};

/** What services end by their defaults. */
const kept: readonly Kept[] = [
  ...enrichmentRetention(configured),
  ...actionRetention(configured),
  ...viewRetention(configured),
  ...messageRetention({ messages: configured.TOPIC_DAYS, deadLetters: configured.DEAD_LETTER_DAYS }),
];
/** The table of what is kept, which may be a part of one. */
const tableOf = ({ table }: Pick<Kept, 'table'>): string => table.split(' ')[0] ?? table;

test('every table says how it ends, and a new one that does not is named', async () => {
  expect(await withoutEnd()).toEqual([]);
  const tables = await tablesOf();
  expect(Object.keys(ENDS).filter((name) => !tables.includes(name))).toEqual([]);
  await owner.query('CREATE TABLE api.download (id bigint PRIMARY KEY)');
  expect(await withoutEnd()).toEqual(['api.download']);
  await owner.query('DROP TABLE api.download');
});

test('who says that a table has a retention has one: a variable with a default, and somebody who deletes', () => {
  const days: Readonly<Record<string, unknown>> = configured;
  const retained = Object.entries(ENDS).flatMap(([table, end]) => ('retention' in end ? [{ table, ...end }] : []));
  for (const { table, retention } of retained) expect(days[retention], table).toBeGreaterThan(0);
  const deleted = new Set(kept.map(tableOf));
  expect(retained.filter(({ table, with: other }) => !deleted.has(other ?? table))).toEqual([]);
  expect([...deleted].filter((table) => !retained.some((one) => one.table === table))).toEqual([]);
  expect(kept.filter((one) => one.days <= 0)).toEqual([]);
});

test('the page on growth tells of every table, and of the variable of each that has one', () => {
  const page = readFileSync(new URL('../../docs/how-to/plan-for-growth.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const [table, end] of Object.entries(ENDS)) {
    const told = rows.find((row) => row.includes(`\`${table}\``));
    expect(told, table).toBeDefined();
    if ('retention' in end) expect(told, table).toContain(end.retention);
  }
});

const [OLD, YOUNG] = ['2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'];
const BEFORE = new Date('2026-03-01T00:00:00.000Z');

/** By what is kept: a row of a time, told apart by a name. A second old one, where the last of its kind stays. */
const ROWS: Readonly<Record<string, (at: string, name: string) => readonly string[]>> = {
  'intelligence.feed_load': (at, name) => [
    `INSERT INTO intelligence.feed_load (feed, revision, source, loaded_at, records, added, changed, removed, skipped, affected_packages)
     VALUES ('kev', '${name}', 'file', '${at}', 1, 1, 0, 0, 0, 0)`,
  ],
  'intelligence.feed_held_back': (at, name) => [
    `INSERT INTO intelligence.feed_held_back (feed, revision, source, digest, as_of, held_at, records, added, changed, removed, skipped, absent, lowered, reason)
     VALUES ('kev', '${name}', 'file', '${name}', '2026', '${at}', 1, 0, 0, 0, 0, 9, 0, 'it leaves out 9')`,
  ],
  'intelligence.epss_history': (at, name) => [
    `INSERT INTO intelligence.epss_history VALUES ('CVE-${name}', '${at}', 0.1, 0.1)`,
  ],
  'action.effect': (at, name) => [
    `INSERT INTO action.effect (effect_id, shard, package_key, status, request)
     VALUES ('${name}', 'action/0', 'k', 'delivered', '{"reasons":["\\u0000 \\"requestedAt\\":\\"2000\\""],"requestedAt":"${at}"}')`,
    `INSERT INTO action.delivery (effect_id, endpoint, sequence, shard, package_key, changes_state, status, attempts, requested_at, due_at)
     VALUES ('${name}', 'ops', 1, 'action/0', 'k', true, 'delivered', 1, '${at}', '${at}')`,
  ],
  'api.decision_view': (at, name) => [
    `INSERT INTO api.decision_view (id, workspace, repository, purl, decided_at, state, changed, matched, errored, details)
     VALUES ('${name}', 'w', 'r', 'pkg:npm/a@1', '${at}', 'available', true, '[]', '[]', '{}')`,
  ],
  'api.decision_hour': (at, name) => [`INSERT INTO api.decision_hour VALUES ('${name}', '${at}', 1, 1)`],
  'api.effect_view': (at, name) => [
    `INSERT INTO api.effect_view VALUES ('${name}', 'k', 'd', 'quarantined', '${at}', '{"ops":{"status":"delivered"}}')`,
  ],
  'topic.message': (at, name) => [messageOf('read.v1', at, name)],
  'topic.message (dead letters)': (at, name) => [messageOf('read.v1.dead', at, name)],
};

let offset = 0;
const messageOf = (topic: string, at: string, name: string): string =>
  `INSERT INTO topic.message (topic, partition, "offset", key, headers, value, published_at)
   VALUES ('${topic}', 0, ${(offset += 1)}, '${name}', '{}', '', '${at}')`;

const prepare = async (): Promise<void> => {
  for (const topic of ['read.v1', 'read.v1.dead'])
    await owner.query(`INSERT INTO topic.partition_head VALUES ($1, 0, 1000)`, [topic]);
  await owner.query(`INSERT INTO topic.group_position VALUES ('g', 'read.v1', 0, 1000)`);
  await owner.query(
    `INSERT INTO log.shard_head VALUES ('feeds/0', 0, decode(repeat('00', 32), 'hex'), '{}', '{"intelligence.feed_load": 1000}')`,
  );
};

const namesIn = async (table: string): Promise<string> =>
  (await owner.query<{ rows: string }>(`SELECT coalesce(json_agg(t)::text, '') AS rows FROM ${table} t`)).rows[0]
    ?.rows ?? '';

test('what is old goes and what is young stays, by the services login, and metrics tell of it', async () => {
  await prepare();
  const others = kept.filter(({ table }) => table !== 'intelligence.observation'); // ledger-retention.int.spec.ts
  for (const { table } of others) {
    for (const [at, name] of [
      [OLD, 'old-one'],
      [YOUNG, 'young-one'],
    ] as const)
      for (const statement of ROWS[table]?.(at, name) ?? []) await owner.query(statement);
  }
  const running = keepRetention(
    { pool: service, clock: () => BEFORE, logger: pino({ level: 'silent' }) },
    others.map((one) => ({ ...one, days: 1 })),
  );
  try {
    await vi.waitFor(
      async () => {
        for (const one of others) {
          const rows = await namesIn(tableOf(one));
          expect([one.table, rows.includes('old-one'), rows.includes('young-one')]).toEqual([one.table, false, true]);
        }
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(await namesIn('action.delivery')).not.toContain('old-one');
    const { text } = await scrape();
    for (const { table } of others) {
      expect(text).toMatch(
        new RegExp(`weir_rows_deleted_total\\{table="${table.replace(/[()]/g, '\\$&')}"\\} [12]\\n`),
      );
      expect(text).toContain(`weir_table_oldest_seconds{table="${table}"}`);
    }
  } finally {
    await running.stop();
  }
  for (const one of others) expect(await deleteOld(service, one, BEFORE), one.table).toBe(0);
});
