import { TOPICS } from '@weir/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { batchOf, enrichedMessage, openJudgingBench, type JudgingBench } from '../../../../tools/testing/judging.js';
import { feedCause, openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';

const rego = (path: string) => `package cloudsmith\ndefault match := false\nmatch if input.v0.${path} == true`;
const quarantine = { policyId: 'hold', rego: rego('bad'), onError: 'hold' as const };
const release = {
  policyId: 'release',
  rego: rego('good'),
  precedence: 1,
  terminal: true,
  actions: [{ type: 'SetPackageState' as const, state: 'available' as const }],
};

let bench: JudgingBench;
let shard: JudgingShard;
let shardNumber = 0;
let isFailing = false;
beforeAll(async () => {
  bench = await openJudgingBench();
});
afterAll(() => bench.close());
afterEach(() => shard.close());
beforeEach(() => {
  shardNumber += 1;
  isFailing = false;
});

let offset = 0;
const open = async (...policies: Parameters<JudgingBench['activate']>[0]) => {
  offset = 0;
  await bench.activate(policies);
  const fails = (slot: string) => (isFailing && slot === 'hold' ? 'deadline_exceeded' : null);
  shard = await openJudgingShard(bench, {
    shard: `evaluation/${shardNumber}`,
    clock: () => '2026-06-14T12:00:00.000Z',
    fails,
  });
};
const observe = (facts: object | null) => {
  offset += 1;
  const presence = facts === null ? 'deleted' : 'present';
  return shard.handler.handle(
    batchOf(enrichedMessage(`p-${shardNumber}`, { v0: facts, v1: {} }, { offset, ordinal: offset, presence })),
  );
};
const lastState = async () => (await shard.states()).at(-1);

describe.each([
  [{ bad: true }, 'quarantined'],
  [{ bad: false }, 'available'],
] as const)('a policy that holds and answered of %j keeps a package %s when it fails', (facts, state) => {
  test('after deletion and publication again', async () => {
    await open(quarantine);
    await observe(facts);
    await observe(null);
    isFailing = true;
    await observe({ ...facts, again: 1 });
    expect(await shard.states()).toEqual([state, 'deleted', state]);
  });

  test('after a terminal policy had masked its answer', async () => {
    await open(release, quarantine);
    await observe({ ...facts, good: true });
    expect(await lastState()).toBe('available');
    isFailing = true;
    await observe({ ...facts, good: false });
    expect(await lastState()).toBe(state);
  });

  test('through a change of the policies around it, and through many failures', async () => {
    await open(quarantine);
    await observe(facts);
    isFailing = true;
    await bench.activate([release, quarantine]);
    await shard.caughtUp();
    await shard.settle();
    for (let again = 0; again < 4; again += 1) await observe({ ...facts, again });
    expect(await lastState()).toBe(state);
  });

  test('after confirmations on facts that it does not read', async () => {
    await open(quarantine);
    await observe(facts);
    const message = enrichedMessage(
      `p-${shardNumber}`,
      { v0: { ...facts, other: 1 }, v1: {} },
      { offset: 0, sequence: 9, topic: TOPICS.enrichedByFeed, cause: feedCause() },
    );
    await shard.handler.handle(batchOf(message));
    expect(await shard.decisions()).toHaveLength(1);
    isFailing = true;
    await observe({ ...facts, again: 1 });
    expect(await lastState()).toBe(state);
  });
});

test('a policy that holds and is newly active on a package judged before claims it until it answers', async () => {
  await open(release);
  await observe({ bad: false });
  isFailing = true;
  await bench.activate([release, quarantine]);
  await shard.caughtUp();
  await shard.settle();
  expect(await shard.states()).toEqual(['available', 'quarantined']);
  isFailing = false;
  await observe({ bad: false, again: 1 });
  expect(await lastState()).toBe('available');
});
