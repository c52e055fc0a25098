import type { EventStore } from '@weir/event-store';
import type { PolicyEngine } from '@weir/policy';
import { Standstill } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJudgingBench, type JudgingBench } from '../../../../tools/testing/judging.js';
import { followPolicySets } from './current-policy-sets.js';

let bench: JudgingBench;
beforeAll(async () => {
  bench = await openJudgingBench();
});
afterAll(() => bench.close());

const matchIf = (threshold: number) => ({ policyId: 'p', rego: `package cloudsmith\ndefault match := false\nmatch if input.score > ${threshold}` });

test('policies that are activated while a workspace without any is asked about stay in force', async () => {
  const stop = new AbortController();
  const writing = Promise.withResolvers<undefined>();
  const slow: EventStore = { ...bench.store, putEvidence: (evidence, client) => writing.promise.then(() => bench.store.putEvidence(evidence, client)) };
  const policySets = followPolicySets(slow, bench.engine, (fault) => {
    throw fault;
  });
  await policySets.start(stop.signal);
  const changed = new Promise<string>((resolve) => policySets.onChange(resolve));
  const asked = policySets.of('default');
  const digest = await bench.activate([matchIf(0)]);
  await changed;
  writing.resolve(undefined);
  expect((await asked).digest).toBe(digest);
  expect((await policySets.of('default')).digest).toBe(digest);
  stop.abort();
});

test('a workspace whose policies change again and again keeps its latest sets in memory, and one that comes back', async () => {
  const stop = new AbortController();
  const loaded = new Set<string>();
  const engine: PolicyEngine = {
    ...bench.engine,
    load: (module) => bench.engine.load(module).then(() => void loaded.add(module.key)),
    unload: (key) => bench.engine.unload(key).then(() => void loaded.delete(key)),
  };
  const policySets = followPolicySets(bench.store, engine, (fault) => {
    throw fault;
  });
  const digests: string[] = [];
  await policySets.start(stop.signal);
  for (const threshold of [1, 2, 3, 4, 5, 6, 1]) {
    const digest = await bench.activate([matchIf(threshold)]);
    await expect.poll(async () => (await policySets.of('default')).digest, { timeout: 20_000 }).toBe(digest);
    digests.push(digest);
  }
  stop.abort();
  expect(digests[6]).toBe(digests[0]);
  await expect.poll(() => [...loaded].toSorted(), { timeout: 20_000 }).toEqual(digests.slice(3).toSorted());
});

test('once the policies cannot be followed, whoever asks for them is told so and is given no old ones', async () => {
  const stop = new AbortController();
  const faults: unknown[] = [];
  const policySets = followPolicySets(bench.store, bench.engine, (fault) => void faults.push(fault));
  await policySets.start(stop.signal);
  await expect(policySets.of('default')).resolves.toMatchObject({ set: { workspace: 'default' } });
  const data = { workspace: 'default', policyId: 'test', policySetDigest: 'sha256:gone', activatedAt: '', revision: 1, actor: null };
  const event = { type: 'PolicyActivated', version: 1, subject: 'test', data, occurredAt: '2026-01-01T00:00:00.000Z' };
  await (await bench.store.openShard('policy/0')).append({ events: [event] });
  await expect.poll(() => policySets.stopped.aborted, { timeout: 20_000 }).toBe(true);
  await expect(policySets.of('default')).rejects.toThrow('The policies can no longer be followed: The policy set sha256:gone');
  await expect(policySets.of('never-asked')).rejects.toBeInstanceOf(Standstill);
  expect(faults).toHaveLength(1);
  stop.abort();
});
