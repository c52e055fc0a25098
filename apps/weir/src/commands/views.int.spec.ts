import { actionRetention } from '@weir/action';
import { viewRetention } from '@weir/api';
import { decisionShard, eventCatalog } from '@weir/domain';
import { openEventStore } from '@weir/event-store';
import { deleteOld } from '@weir/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutateTable, rowsOf } from '../../../../tools/testing/mutate-table.js';
import { playSystem, type PlayedSystem } from '../../../../tools/testing/played-system.js';
import { chanceOf, givenSeed } from '../../../../tools/testing/random-cases.js';
import { exitCodeOf } from './exit-code-of.js';
import { rebuildViewsCommand, verifyViewsCommand } from './views.js';

/** 1,000 by hand: TRIES=1000 npx vitest run --project integration apps/weir/src/commands/views.int.spec.ts */
const TRIES = Number(process.env['TRIES'] ?? 60);

let system: PlayedSystem;
beforeAll(async () => {
  system = await playSystem();
}, 120_000);
afterAll(() => system.drop());

const run = async (
  command: typeof verifyViewsCommand,
  json: boolean,
  databaseUrl = system.database.serviceUrl,
  env: Readonly<Record<string, string>> = {},
) => {
  const said = { stdout: '', stderr: '' };
  const output = {
    stdout: (text: string) => void (said.stdout += `${text}\n`),
    stderr: (text: string) => void (said.stderr += text),
  };
  const options = { databaseUrl, json, clock: system.clock, env };
  const code = await exitCodeOf({ output, json }, (watched) => command(options, watched));
  return { code, ...said };
};

interface Told {
  readonly valid: boolean;
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly differing: number }[];
}

const verify = async (): Promise<Told & { readonly code: number; readonly stdout: string }> => {
  const { code, stdout } = await run(verifyViewsCommand, true);
  return { ...(JSON.parse(stdout) as Told), code, stdout };
};

/** What no log tells, by the definitions of the views. */
const FREE: Readonly<Record<string, readonly string[]>> = {
  'action.effect': ['sequence'],
  'action.delivery': ['sequence'],
  'evaluation.judgement': ['sequence', 'policy_set_digest', 'conditions', 'look_at', 'origin_traceparent'],
};
/** Of a judgement that is mended what no log tells is begun anew, and it is looked at again. */
const ANEW: Readonly<Record<string, readonly string[]>> = {
  ...FREE,
  'evaluation.judgement': [...(FREE['evaluation.judgement'] ?? []), 'details'],
};

const tablesWithRows = async (): Promise<readonly string[]> =>
  (await verify()).tables.filter(({ rows }) => rows > 0).map(({ table }) => table);

test('what nobody touched is as the log says, and there is something in every table', async () => {
  const { code, stdout, tables } = await verify();
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(tables.filter(({ rows }) => rows === 0)).toEqual([]);
  expect((await run(verifyViewsCommand, false)).stdout).toMatch(
    /^The views are as the log says: \d+ rows in \d+ tables\.\n$/,
  );
});

test('a shard of which nothing was read, for there is nothing in it, is no difference', async () => {
  const store = openEventStore(system.pool, eventCatalog);
  const { shard } = (await store.openShard(decisionShard(99))).head();
  try {
    expect(await verify()).toMatchObject({ code: 0, valid: true });
    await system.owner.query('INSERT INTO api.follower (shard, next_position) VALUES ($1, 0)', [shard]);
    expect(await verify()).toMatchObject({ code: 0, valid: true });
  } finally {
    await system.owner.query('DELETE FROM api.follower WHERE shard = $1', [shard]);
    await system.owner.query('DELETE FROM log.shard_head WHERE shard = $1', [shard]);
  }
});

test('a verdict that was set by hand is named with what it should be, and set right while the system serves', async () => {
  const { rows } = await system.owner.query<{ key: string; purl: string; repository: string }>(
    `SELECT package_key AS key, purl, repository FROM api.package_view WHERE state = 'quarantined' ORDER BY 1 LIMIT 1`,
  );
  const [held] = rows;
  if (held === undefined) throw new Error('nothing is held');
  await system.owner.query(`UPDATE api.package_view SET state = 'available' WHERE package_key = $1`, [held.key]);
  const weir = await system.start();
  const verdict = async (): Promise<unknown> =>
    await (
      await fetch(`${weir.url}/v1/verdict?purl=${encodeURIComponent(held.purl)}&repository=${held.repository}`)
    ).json();
  try {
    expect(await verdict()).toMatchObject({ allowed: true });
    const found = await run(verifyViewsCommand, false);
    expect(found.code).toBe(1);
    expect(found.stdout).toContain(`  api.package_view ${held.key}: state is available, should be quarantined`);
    const rebuilt = await run(rebuildViewsCommand, false);
    expect(rebuilt).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('api.package_view: 1 row mended') as string,
    });
    expect(await verdict()).toMatchObject({ allowed: false, state: 'quarantined' });
    expect((await run(verifyViewsCommand, false)).code).toBe(0);
  } finally {
    await weir.close();
  }
}, 120_000);

test.each([
  ['a package deleted', 'DELETE FROM intelligence.inventory WHERE package_key = $1', 'is missing, should be {'],
  [
    'another time',
    `UPDATE intelligence.inventory SET observed_at = observed_at + interval '1 day' WHERE package_key = $1`,
    'observedAt is',
  ],
  [
    'another licence',
    `UPDATE intelligence.inventory SET metadata = '{"license":"MIT-0"}' WHERE package_key = $1`,
    'metadata is {"license":"MIT-0"}',
  ],
])('the inventory is compared with its ledger: %s is found and mended', async (_, statement, words) => {
  const { rows } = await system.owner.query<{ key: string }>(
    'SELECT package_key AS key FROM intelligence.inventory ORDER BY 1 LIMIT 1',
  );
  const key = rows[0]?.key ?? '';
  await system.owner.query(statement, [key]);
  const found = await run(verifyViewsCommand, false);
  expect(found.code).toBe(1);
  expect(found.stdout).toContain(`  intelligence.inventory ${key}: ${words}`);
  expect((await run(rebuildViewsCommand, false)).stdout).toContain('intelligence.inventory: 1 package mended');
  expect((await verify()).code).toBe(0);
});

/** What a table is, where it is not derived and compared: every other one must be. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'log.event': 'the log: weir log verify',
  'log.shard_head': 'the log: weir log verify',
  'log.verification': 'what runs of weir log verify found',
  'log.evidence': 'evidence: weir log verify',
  'log.evidence_frame': 'evidence: weir log verify',
  'topic.message': 'transport',
  'topic.partition_head': 'transport',
  'topic.group_position': 'position',
  'topic.group_member': 'who consumes now',
  'topic.assignment': 'who consumes now',
  'intelligence.observation': 'ledger, backed up with the log',
  'evaluation.observation': 'ledger of versions before, backed up with the log',
  'intelligence.advisory': 'what feeds say: load them again',
  'intelligence.advisory_affects': 'what feeds say: load them again',
  'intelligence.epss_score': 'what feeds say: load them again',
  'intelligence.epss_history': 'what feeds say: load them again',
  'intelligence.kev': 'what feeds say: load them again',
  'intelligence.feed_load': 'what feeds say: load them again',
  'intelligence.feed_held_back': 'what feeds say: load them again',
  'intelligence.feed_awaited': 'what feeds say: load them again',
  'intelligence.ecosystem_load': 'what feeds say: load them again',
  'intelligence.inventory_vulnerability': 'what the inventory and the feeds say: made again by weir views rebuild',
  'intelligence.pending_reassessment': 'work that waits',
  'intelligence.position': 'position',
  'evaluation.relay': 'position',
  'evaluation.swept': 'position',
  'action.source': 'position',
  'action.waiting': 'work that waits',
  'api.accepted': 'what is being judged: gone once it is',
  'api.accepted_position': 'position',
  'public.weir_migration': 'what was migrated',
  'access.key_use': 'when keys were last used',
  'topic.identity': 'which brokers the positions belong to',
};

test('every table there is is compared, or said not to be derived', async () => {
  const { rows } = await system.owner.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'm', 'v') AND n.nspname !~ '^(pg_|information_schema)'`,
  );
  const compared = (await verify()).tables.map(({ table }) => table);
  const unknown = rows
    .map(({ name }) => name)
    .filter((name) => !compared.includes(name) && OTHERWISE[name] === undefined);
  expect(unknown).toEqual([]);
  expect(Object.keys(OTHERWISE).filter((name) => compared.includes(name))).toEqual([]);
});

test('what the retention took is no difference and is not brought back, until more is to be kept', async () => {
  const days = { DECISION_VIEW_DAYS: '5', EFFECT_DAYS: '5' };
  const kept = [...viewRetention({ DECISION_VIEW_DAYS: 5, EFFECT_DAYS: 5 }), ...actionRetention({ EFFECT_DAYS: 5 })];
  const before = new Date(system.clock().getTime() - 5 * 86_400_000);
  const packages = await rowsOf(system.owner, 'api.package_view');
  let deleted = 0;
  for (const retained of kept) deleted += await deleteOld(system.pool, retained, before);
  expect(deleted).toBeGreaterThan(20);
  const answerOf = async (command: typeof verifyViewsCommand, env: Readonly<Record<string, string>>) =>
    (await run(command, true, system.database.serviceUrl, env)).code;
  expect(await answerOf(verifyViewsCommand, days)).toBe(0);
  expect(await answerOf(rebuildViewsCommand, days)).toBe(0);
  const { rows } = await system.owner.query('SELECT FROM api.decision_view WHERE decided_at < $1', [before]);
  expect(rows).toHaveLength(0);
  expect(await rowsOf(system.owner, 'api.package_view')).toEqual(packages);
  expect(await answerOf(verifyViewsCommand, {}), 'where 400 days are kept they are missing').toBe(1);
  expect(await answerOf(rebuildViewsCommand, {})).toBe(0);
  expect(await answerOf(verifyViewsCommand, { DECISION_VIEW_DAYS: '0', EFFECT_DAYS: '0' })).toBe(0);
});

const seed = givenSeed();
test(`whatever is done to any derived table is found, and mended: ${TRIES} times, from seed ${seed}`, async () => {
  console.log(
    `SEED=${seed} TRIES=${TRIES} npx vitest run --project integration apps/weir/src/commands/views.int.spec.ts`,
  );
  const chance = chanceOf(seed);
  const tables = (await tablesWithRows()).filter((table) => table !== 'intelligence.inventory');
  for (let done = 0; done < TRIES; done += 1) {
    const table = chance.pick(tables);
    const before = await rowsOf(system.owner, table, ANEW[table]);
    const what = await mutateTable(system.owner, table, chance, { except: FREE[table] ?? [] });
    const found = await verify();
    expect({
      what,
      code: found.code,
      differs: found.tables.some((one) => one.table === table && one.differing > 0),
    }).toEqual({ what, code: 1, differs: true });
    expect(await run(rebuildViewsCommand, true), what).toMatchObject({ code: 0, stderr: '' });
    expect(await verify(), what).toMatchObject({ code: 0, valid: true });
    expect(await rowsOf(system.owner, table, ANEW[table]), what).toEqual(before);
  }
}, 3_600_000);
