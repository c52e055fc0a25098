import type { EventStore } from '@weir/event-store';
import type { PolicyEngine } from '@weir/policy';
import { Standstill } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJudgingBench, type JudgingBench } from '../../../../tools/testing/judging.js';
import { followConditions, type CurrentConditions } from './current-conditions.js';

let bench: JudgingBench;
beforeAll(async () => {
  bench = await openJudgingBench();
});
afterAll(() => bench.close());

const onFault = (fault: unknown): never => {
  throw fault;
};
const activeSet = async (conditions: CurrentConditions): Promise<string> =>
  (await conditions.of('default')).policySet.digest;
const matchIf = (threshold: number) => ({
  policyId: 'p',
  rego: `package cloudsmith\ndefault match := false\nmatch if input.score > ${threshold}`,
});

test('policies that are activated while a workspace without any is asked about stay in force', async () => {
  const stop = new AbortController();
  const writing = Promise.withResolvers<undefined>();
  const slow: EventStore = {
    ...bench.store,
    putEvidence: (evidence, client) => writing.promise.then(() => bench.store.putEvidence(evidence, client)),
  };
  const conditions = followConditions({ store: slow, engine: bench.engine, logger: bench.logger, onFault });
  await conditions.start(stop.signal);
  const changed = new Promise<void>((resolve) => conditions.onChange(resolve));
  const asked = activeSet(conditions);
  const digest = await bench.activate([matchIf(0)]);
  await changed;
  writing.resolve(undefined);
  expect(await asked).toBe(digest);
  expect(await activeSet(conditions)).toBe(digest);
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
  const conditions = followConditions({ store: bench.store, engine, logger: bench.logger, onFault });
  const digests: string[] = [];
  await conditions.start(stop.signal);
  for (const threshold of [1, 2, 3, 4, 5, 6, 1]) {
    const digest = await bench.activate([matchIf(threshold)]);
    await expect.poll(() => activeSet(conditions), { timeout: 20_000 }).toBe(digest);
    digests.push(digest);
  }
  stop.abort();
  expect(digests[6]).toBe(digests[0]);
  await expect.poll(() => [...loaded].toSorted(), { timeout: 20_000 }).toEqual(digests.slice(3).toSorted());
});

test('once the policies cannot be followed, whoever asks for them is told so and is given no old ones', async () => {
  const stop = new AbortController();
  const faults: unknown[] = [];
  const conditions = followConditions({
    store: bench.store,
    engine: bench.engine,
    logger: bench.logger,
    onFault: (fault) => void faults.push(fault),
  });
  await conditions.start(stop.signal);
  await expect(conditions.of('default')).resolves.toMatchObject({ policySet: { set: { workspace: 'default' } } });
  const data = {
    workspace: 'default',
    policyId: 'test',
    policySetDigest: 'sha256:gone',
    activatedAt: '',
    revision: 1,
    actor: null,
  };
  const event = { type: 'PolicyActivated', version: 1, subject: 'test', data, occurredAt: '2026-01-01T00:00:00.000Z' };
  await (await bench.store.openShard('policy/0')).append({ events: [event] });
  await expect.poll(() => conditions.stopped.aborted, { timeout: 20_000 }).toBe(true);
  await expect(conditions.of('default')).rejects.toThrow(
    'What packages are judged by can no longer be followed: The policy set sha256:gone',
  );
  await expect(conditions.of('never-asked')).rejects.toBeInstanceOf(Standstill);
  expect(faults).toHaveLength(1);
  stop.abort();
});
