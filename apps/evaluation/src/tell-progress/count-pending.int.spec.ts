import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { batchOf, enrichedMessage, openJudgingBench, type JudgingBench } from '../../../../tools/testing/judging.js';
import { openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';
import { createBackgroundPace } from '../pace-background/background-pace.js';
import { sweepShard } from '../sweep-packages/sweep-shard.js';
import { countPending } from './count-pending.js';

const NOON = '2026-06-14T12:00:00.000Z';
const rego = (threshold: number) =>
  `package cloudsmith\ndefault match := false\nmatch if input.v0.score > ${threshold}`;
const CLOCK = `package cloudsmith\ndefault match := false\nmatch if time.now_ns() > time.parse_rfc3339_ns("2026-06-14T18:00:00Z")`;

let bench: JudgingBench;
let shards: JudgingShard[] = [];
beforeAll(async () => {
  bench = await openJudgingBench();
});
afterEach(() => {
  for (const shard of shards) shard.close();
  shards = [];
});
afterAll(() => bench.close());

let now = NOON;
const open = async (partition: number, more: { readonly engineDigest?: string } = {}) => {
  const shard = await openJudgingShard(bench, { shard: `evaluation/${partition}`, clock: () => now, ...more });
  shards.push(shard);
  return shard;
};
const publish = (shard: JudgingShard, workspace: string, names: readonly string[], from = 0) =>
  shard.handler.handle(
    batchOf(
      ...names.map((name, i) =>
        enrichedMessage(name, { v0: { score: 5 }, v1: {} }, { offset: from + i, ordinal: 1, workspace }),
      ),
    ),
  );
const activate = (workspace: string, revision: number, text: string) =>
  bench.activate([{ policyId: 'p', revision, parameters: {}, rego: text }], { workspace });
const progress = async (shard: JudgingShard) => {
  await shard.caughtUp();
  return countPending({ pool: bench.pool, conditions: shard.conditions, clock: () => new Date(now) });
};
const NOTHING = { policy: 0, engine: 0, freshness: 0, time: 0 };

test('how much is yet to be judged again is told by workspace and cause, in all partitions, until nothing is', async () => {
  await activate('first', 1, rego(3));
  await activate('second', 1, rego(3));
  const zero = await open(0);
  const one = await open(1);
  await publish(zero, 'first', ['a', 'b', 'c']);
  await publish(one, 'first', ['d', 'e']);
  await publish(one, 'second', ['f'], 2);
  const before = await progress(zero);
  expect(before.workspaces).toMatchObject([
    { workspace: 'first', pending: 0, byCause: NOTHING },
    { workspace: 'second', pending: 0, byCause: NOTHING },
  ]);

  const set = await activate('first', 2, rego(9));
  const changed = await progress(zero);
  expect(changed.policyEvents).toBe(before.policyEvents + 1);
  expect(changed.workspaces).toMatchObject([
    { workspace: 'first', policySetDigest: set, pending: 5, byCause: { ...NOTHING, policy: 5 } },
    { workspace: 'second', pending: 0 },
  ]);

  await sweepShard(zero.ports, zero.queue, ['first'], () => false, createBackgroundPace());
  expect((await progress(zero)).workspaces[0]).toMatchObject({ pending: 2, byCause: { ...NOTHING, policy: 2 } });
  await one.caughtUp();
  await sweepShard(one.ports, one.queue, ['first', 'second'], () => false, createBackgroundPace());
  expect((await progress(zero)).workspaces).toMatchObject([{ pending: 0 }, { pending: 0 }]);

  const upgraded = await open(2, { engineDigest: 'another engine' });
  expect((await progress(upgraded)).workspaces).toMatchObject([
    { byCause: { ...NOTHING, engine: 5 } },
    { byCause: { ...NOTHING, engine: 1 } },
  ]);
});

test('what is due by time is told apart, and what is deleted is not told', async () => {
  await activate('clock', 1, CLOCK);
  const shard = await open(3);
  await publish(shard, 'clock', ['t', 'u']);
  await shard.settle('clock');
  const of = async () => (await progress(shard)).workspaces.find(({ workspace }) => workspace === 'clock');
  expect(await of()).toMatchObject({ pending: 0 });
  now = '2026-06-14T19:00:00.000Z';
  expect(await of()).toMatchObject({ pending: 2, byCause: { ...NOTHING, time: 2 } });
  await shard.settle('clock');
  expect(await of()).toMatchObject({ pending: 0 });
  now = NOON;
});
