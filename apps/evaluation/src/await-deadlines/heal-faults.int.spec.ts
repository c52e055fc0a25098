import { LONGEST_RETRY } from '@weir/domain';
import type { PolicyErrorCode } from '@weir/policy';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { batchOf, enrichedMessage, openJudgingBench, type JudgingBench } from '../../../../tools/testing/judging.js';
import { openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';

const rego = 'package cloudsmith\ndefault match := false\nmatch if input.v0.bad == true';
/** Comes to no end in a lifetime where the package is heavy. */
const endless = `package cloudsmith
default match := false
range := numbers.range(1, 3000)
match if {
  input.v0.heavy
  count([1 | some a in range; some b in range; some c in range; a > b; b > c; c > a]) > 0
}`;
const A_MINUTE = 60_000;
const BEGIN = '2026-06-14T12:00:00.000Z';

let bench: JudgingBench;
let shard: JudgingShard;
let shardNumber = 0;
let now = BEGIN;
let failing: PolicyErrorCode | null = null;
/** What makes up for waste in the engine: it stands still unless a test moves it. */
let engineMillis = 0;
beforeAll(async () => {
  bench = await openJudgingBench({ deadlineMillis: 100, clockMillis: () => engineMillis });
});
afterAll(() => bench.close());
beforeEach(() => {
  shardNumber += 1;
  now = BEGIN;
  failing = null;
});
afterEach(() => shard.close());

const later = (millis: number): string => new Date(Date.parse(now) + millis).toISOString();
const name = () => `p-${shardNumber}`;
const open = async (...policies: Parameters<JudgingBench['activate']>[0]) => {
  await bench.activate(policies);
  shard = await openJudgingShard(bench, {
    shard: `evaluation/${shardNumber}`,
    clock: () => now,
    fails: (slot) => (slot === 'p' ? failing : null),
  });
};
const publish = (facts: object, offset = 0) =>
  shard.handler.handle(batchOf(enrichedMessage(name(), { v0: facts, v1: {} }, { offset, ordinal: offset + 1 })));
const retryAt = async (packageName = name()) => (await shard.row(packageName))?.retryAt ?? '';

describe.each([
  ['closed', { bad: false }, ['quarantined', 'available']],
  ['closed', { bad: true }, ['quarantined', 'quarantined']],
  ['open', { bad: true }, ['available', 'quarantined']],
  ['open', { bad: false }, ['available', 'available']],
  ['hold', { bad: false }, ['quarantined', 'available']],
] as const)('%s: a policy that fails on %j', (onError, facts, states) => {
  test('is asked again when the time has come, not before, and what it answers then follows', async () => {
    await open({ policyId: 'p', rego, onError });
    failing = 'deadline_exceeded';
    await publish(facts);
    failing = null;
    shard.asked();
    now = new Date(Date.parse(await retryAt()) - 1).toISOString();
    expect(await shard.settle()).toBe(0);
    expect(shard.asked()).toBe(0);
    now = await retryAt();
    expect(Date.parse(now) - Date.parse(BEGIN)).toBeLessThanOrEqual(5_000);
    await shard.settle();
    expect(await shard.states()).toEqual(states);
    expect((await shard.decisions()).at(-1)).toMatchObject({
      cause: { kind: 'retry', policies: ['p'] },
      decidedAt: now,
    });
    expect(await shard.row(name())).toMatchObject({ retryAt: null, deadline: null });
  });
});

test('what fails for long is asked every five minutes, untold, and heals within that time', async () => {
  await open({ policyId: 'p', rego });
  failing = 'deadline_exceeded';
  await publish({ bad: false });
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const next = await retryAt();
    expect(Date.parse(next) - Date.parse(now)).toBeLessThanOrEqual(LONGEST_RETRY);
    now = next;
    await shard.settle();
  }
  expect((await shard.row(name()))?.judgement).toMatchObject({ memory: { p: { match: null, failures: 21 } } });
  expect(await shard.events()).toHaveLength(1);
  failing = null;
  now = later(LONGEST_RETRY);
  await shard.settle();
  expect(await shard.states()).toEqual(['quarantined', 'available']);
});

test('what lies in policy and facts is asked again ever later, and at once when one of them changes', async () => {
  await open({ policyId: 'p', rego });
  failing = 'conflict';
  await publish({ bad: false });
  for (let attempt = 0; attempt < 18; attempt += 1) {
    now = await retryAt();
    await shard.settle();
  }
  expect(Date.parse(await retryAt()) - Date.parse(now)).toBeGreaterThan(12 * 60 * 60 * 1000);
  failing = null;
  await bench.activate([{ policyId: 'p', rego, revision: 2 }]);
  await shard.caughtUp();
  await shard.settle();
  expect(await shard.states()).toEqual(['quarantined', 'available']);
});

test('a fault that becomes another is told', async () => {
  await open({ policyId: 'p', rego }, { policyId: 'q', rego: 'package cloudsmith\ndefault match := false' });
  failing = 'deadline_exceeded';
  await publish({ bad: false });
  failing = 'memory_exceeded';
  now = await retryAt();
  await shard.settle();
  const codes = (await shard.decisions()).map(({ results }) => results.map(({ error }) => error?.code));
  expect(codes).toEqual([['deadline_exceeded'], ['memory_exceeded']]);
});

const judgeInOrder = async (...called: readonly string[]): Promise<readonly (string | undefined)[]> => {
  await open({ policyId: 'slow', rego: endless, revision: called.length });
  for (const [offset, one] of called.entries()) {
    const facts = { v0: { heavy: one.startsWith('heavy'), package: { name: one } }, v1: {} };
    await shard.handler.handle(batchOf(enrichedMessage(`${one}-${shardNumber}`, facts, { offset, ordinal: 1 })));
  }
  return (await shard.decisions()).map(({ results }) => results[0]?.error?.code);
};
const heavy = (count: number) => Array.from({ length: count }, (_, index) => `heavy-${index}`);

test('packages that a policy cannot judge in time are held themselves, and nobody else for them', async () => {
  const codes = await judgeInOrder(...heavy(6), 'light');
  expect(codes).toEqual([...heavy(6).map(() => 'deadline_exceeded'), undefined]);
  expect(await shard.states()).toEqual([...heavy(6).map(() => 'quarantined'), 'available']);
});

test('packages that suspend a policy, by their number, keep nobody blocked: the innocent is asked again and passes', async () => {
  const codes = await judgeInOrder(...heavy(10), 'light');
  expect(codes.at(-1)).toBe('suspended');
  const key = (await shard.row(`light-${shardNumber}`))?.key;
  await bench.pool.query('UPDATE evaluation.judgement SET look_at = NULL WHERE shard = $1 AND package_key <> $2', [
    shard.queue.shard,
    key,
  ]);
  for (let attempt = 0; attempt < 3 && (await shard.row(`light-${shardNumber}`))?.retryAt !== null; attempt += 1) {
    engineMillis += A_MINUTE;
    now = await retryAt(`light-${shardNumber}`);
    await shard.settle();
  }
  expect((await shard.row(`light-${shardNumber}`))?.judgement).toMatchObject({ desired: { state: 'available' } });
});
