import { findOpa, compileModule } from '@weir/policy';
import { digestOf } from '@weir/postgres';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openJudgingBench, enrichedMessage, batchOf, type JudgingBench } from '../../../../tools/testing/judging.js';
import { openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';
import { followConditions, type ConditionsPorts, type CurrentConditions } from './current-conditions.js';
import { restoreModule, type RestoreModule } from './restore-module.js';

let bench: JudgingBench;
let owner: pg.Client;
let stop: AbortController;
let shard: JudgingShard | null = null;
let offset = 0;
let now = Date.parse('2026-06-01T00:00:10.000Z');

beforeAll(async () => {
  bench = await openJudgingBench();
  owner = new pg.Client({ connectionString: bench.database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await bench.close();
});
beforeEach(async () => {
  stop = new AbortController();
  await bench.activate([policy]);
});
afterEach(() => {
  stop.abort();
  shard?.close();
});

const policy = {
  policyId: 'scored',
  rego: 'package cloudsmith\ndefault match := false\nmatch if input.score > 5',
  onError: 'closed' as const,
};

const onFault = (fault: unknown): never => {
  throw fault;
};

/** Evaluation as it is after a start. */
const start = async (more: Partial<ConditionsPorts> = {}): Promise<CurrentConditions> => {
  // What the engine of the process before had loaded is not there in a new one.
  for (const { digest } of (
    await owner.query<{ digest: string }>("SELECT digest FROM log.evidence WHERE kind = 'policy-set'")
  ).rows)
    await bench.engine.unload(digest);
  const conditions = followConditions({ ...bench, onFault, lookAgainMillis: 0, ...more });
  await conditions.start(stop.signal);
  shard = await openJudgingShard(bench, {
    shard: 'evaluation/0',
    clock: () => new Date(now).toISOString(),
    conditions,
  });
  return conditions;
};

const judge = async (name: string, score: number) => {
  if (shard === null) throw new Error('not started');
  await shard.handler.handle(batchOf(enrichedMessage(name, { score }, { offset: (offset += 1) })));
  return (await shard.decisions()).at(-1);
};

interface Row {
  readonly digest: string;
  readonly kind: string;
  readonly encoding: string;
  readonly bytes: Buffer;
  readonly size: number;
}

const damage = async (kind: string, how: 'delete' | 'change'): Promise<() => Promise<void>> => {
  const { rows } = await owner.query<Row>(
    'SELECT digest, kind, encoding, bytes, size FROM log.evidence WHERE kind = $1',
    [kind],
  );
  await owner.query(
    how === 'delete'
      ? 'DELETE FROM log.evidence WHERE kind = $1'
      : 'UPDATE log.evidence SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 255) WHERE kind = $1',
    [kind],
  );
  return async () => {
    for (const { digest, encoding, bytes, size } of rows)
      await owner.query(
        `INSERT INTO log.evidence (digest, kind, encoding, bytes, size) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (digest) DO UPDATE SET encoding = excluded.encoding, bytes = excluded.bytes, size = excluded.size`,
        [digest, kind, encoding, bytes, size],
      );
  };
};

test.each(['delete', 'change'] as const)(
  'after %s of a module evaluation starts, its policies fail by their mode and that is told; restored, what failed is asked again',
  async (how) => {
    const restore = await damage('wasm', how);
    const conditions = await start();
    const code = how === 'delete' ? 'evidence_missing' : 'evidence_damaged';
    expect(conditions.damaged()).toMatchObject([
      {
        workspace: 'default',
        code,
        message: expect.stringMatching(/^The policy module sha256:.*`weir log verify`/) as string,
      },
    ]);
    const failed = await judge(`failed-${how}`, 1);
    expect(failed?.results).toMatchObject([{ policyId: 'scored', match: null, error: { code } }]);
    expect(failed?.desired.state).toBe('quarantined');
    await restore();
    now += 600_000;
    await shard?.settle('default');
    expect(conditions.damaged()).toEqual([]);
    const again = await judge(`passes-${how}`, 1);
    expect(again).toMatchObject({ desired: { state: 'available' } });
    const ofFailed = (await shard?.decisions())?.filter(({ package: { name } }) => name === `failed-${how}`);
    expect(ofFailed?.map(({ desired }) => desired.state)).toEqual(['quarantined', 'available']);
  },
);

test('a module that can be made again is, with the same bytes: nobody fails, and a missing one is stored anew', async () => {
  const opa = await findOpa({ cacheDirectory: tmpdir(), download: false });
  const asked: string[] = [];
  const again: RestoreModule = async (digest) => {
    asked.push(digest);
    return (await compileModule(opa, [{ id: 'scored', rego: policy.rego }])).wasm;
  };
  await damage('wasm', 'delete');
  const conditions = await start({ restore: again });
  expect(conditions.damaged()).toEqual([]);
  expect(await judge('made-again', 9)).toMatchObject({
    desired: { state: 'quarantined' },
    results: [{ match: true, error: null }],
  });
  const { rows } = await owner.query<{ digest: string }>("SELECT digest FROM log.evidence WHERE kind = 'wasm'");
  expect(rows).toEqual([{ digest: asked[0] }]);
});

test('of a policy set whose document is gone the log still says which policies there are: they fail, and nothing passes by accident', async () => {
  const revised = {
    workspace: 'default',
    policyId: 'scored',
    name: 'scored',
    description: '',
    revision: 1,
    revisionDigest: digestOf('r'),
    regoDigest: digestOf(policy.rego),
    template: null,
    parameters: {},
    scope: {},
    precedence: 100,
    terminal: false,
    actions: [{ type: 'SetPackageState', state: 'quarantined' }],
    onError: 'closed',
    note: '',
    revisedAt: '2026-01-01T00:00:00.000Z',
    actor: null,
    reads: null,
  };
  const { rows } = await owner.query<{ data: string }>(
    "SELECT data FROM log.event WHERE type = 'PolicyActivated' ORDER BY position DESC LIMIT 1",
  );
  const activated = { ...(JSON.parse(rows[0]?.data ?? '{}') as object), policyId: 'scored' };
  const event = (type: string, data: object) => ({
    type,
    version: 1,
    subject: 'scored',
    data,
    occurredAt: '2026-01-01T00:00:00.000Z',
  });
  await (
    await bench.store.openShard('policy/0')
  ).append({
    events: [event('PolicyRevised', revised), event('PolicyActivated', activated)],
    evidence: [{ digest: digestOf(policy.rego), kind: 'rego', bytes: Buffer.from(policy.rego) }],
  });
  const restore = await damage('policy-set', 'delete');
  const conditions = await start();
  expect(conditions.damaged()).toMatchObject([
    { code: 'evidence_missing', message: expect.stringContaining('The policy set sha256:') as string },
  ]);
  expect(await judge('no-set', 1)).toMatchObject({
    desired: { state: 'quarantined' },
    results: [{ policyId: 'scored', match: null }],
  });
  await restore();
});

test("the library's module is taken from what ships with Weir", async () => {
  const file = new URL('../../../../policies/compiled/library.wasm', import.meta.url);
  const shipped = readFileSync(file);
  expect(await restoreModule(tmpdir())(digestOf(shipped), async () => null)).toEqual(shipped);
  expect(await restoreModule(tmpdir())(digestOf('other'), async () => null)).toBeNull();
});
