import type { NewEvidence } from '@weir/event-store';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  batchOf,
  enrichedMessage,
  openJudgingBench,
  type JudgingBench,
  type TestPolicy,
} from '../../../../tools/testing/judging.js';
import { openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';

const policy = (revision: number, more: Partial<TestPolicy> = {}): TestPolicy => ({
  policyId: 'p',
  revision,
  rego: 'package cloudsmith\ndefault match := false\nmatch if input.v0.bad == true',
  ...more,
});
const clockPolicy: TestPolicy = {
  policyId: 'p',
  rego: 'package cloudsmith\ndefault match := false\nmatch if time.now_ns() < time.parse_rfc3339_ns(input.v0.until)',
};

let bench: JudgingBench;
let owner: pg.Pool;
let shard: JudgingShard;
let shardNumber = 0;
let now = '';
beforeAll(async () => {
  bench = await openJudgingBench();
  owner = openTestPool(bench.database.ownerUrl);
  // A connection that is still closing when the database is dropped is told so.
});
afterAll(async () => {
  await owner.end();
  await bench.close();
});
beforeEach(() => {
  shardNumber += 1;
  now = '2026-06-14T12:00:00.000Z';
});
afterEach(() => shard.close());

/** Publishes three packages; the second's facts are what is lost. */
const publishThree = async (first: TestPolicy, facts: object = { bad: false }): Promise<NewEvidence> => {
  await bench.activate([first]);
  shard = await openJudgingShard(bench, { shard: `evaluation/${shardNumber}`, clock: () => now });
  const messages = ['a', 'b', 'c'].map((name, offset) =>
    enrichedMessage(
      `${name}-${shardNumber}`,
      { v0: { ...facts, name: `${name}-${shardNumber}` }, v1: {} },
      { offset, ordinal: 1 },
    ),
  );
  await shard.handler.handle(batchOf(...messages));
  const digest = (await shard.row(`b-${shardNumber}`))?.factsDigest ?? '';
  return { digest, kind: 'facts', bytes: messages[1]?.value ?? Buffer.alloc(0) };
};
const lose = ({ digest }: NewEvidence) => owner.query('DELETE FROM log.evidence WHERE digest = $1', [digest]);
const damage = ({ digest }: NewEvidence) =>
  owner.query('UPDATE log.evidence SET start = start + 1 WHERE digest = $1', [digest]);
const mend = ({ digest }: NewEvidence) =>
  owner.query('UPDATE log.evidence SET start = start - 1 WHERE digest = $1', [digest]);
const damageFrame = ({ digest }: NewEvidence) =>
  owner.query(
    `UPDATE log.evidence_frame SET bytes = set_byte(bytes, 1, get_byte(bytes, 1) # 255)
      WHERE id = (SELECT frame FROM log.evidence WHERE digest = $1)`,
    [digest],
  );
const revise = async (revised: TestPolicy) => {
  await bench.activate([revised]);
  await shard.caughtUp();
  await shard.settle();
};
const stateOf = async (name: string) => {
  const judgement = (await shard.row(`${name}-${shardNumber}`))?.judgement;
  return judgement?.kind === 'judged' ? judgement.desired.state : null;
};
const codes = async () =>
  (await shard.decisions()).flatMap(({ package: { name }, results }) =>
    results.flatMap(({ error }) => (error ? [`${name.split('-')[0]} ${error.code}`] : [])),
  );

describe.each([
  ['missing', lose, (facts: NewEvidence) => bench.store.putEvidence([facts]), 'evidence_missing'],
  ['damaged', damage, mend, 'evidence_damaged'],
] as const)('evidence that is %s', (_what, spoil, restore, code) => {
  test.each([
    ['closed', 'quarantined'],
    ['open', 'available'],
    ['hold', 'available'],
  ] as const)(
    'makes a policy that fails %s leave the package %s, keeps no other package waiting, and heals',
    async (onError, state) => {
      const facts = await publishThree(policy(1, { onError }));
      await spoil(facts);
      await revise(policy(2, { onError }));
      expect(await codes()).toEqual([`b ${code}`]);
      expect([await stateOf('a'), await stateOf('b'), await stateOf('c')]).toEqual(['available', state, 'available']);
      const [b, c] = [await shard.row(`b-${shardNumber}`), await shard.row(`c-${shardNumber}`)];
      expect(b?.conditions).toBe(c?.conditions);
      now = b?.retryAt ?? '';
      await shard.settle();
      expect(await codes()).toEqual([`b ${code}`]);
      await restore(facts);
      now = (await shard.row(`b-${shardNumber}`))?.retryAt ?? '';
      await shard.settle();
      expect(await stateOf('b')).toBe('available');
      expect((await shard.decisions()).at(-1)).toMatchObject({
        cause: { kind: 'retry', policies: ['p'] },
        results: [],
      });
    },
  );

  test('is no reason not to look ahead again soon', async () => {
    const facts = await publishThree(clockPolicy, { until: '2026-06-14T20:00:00Z' });
    await spoil(facts);
    await shard.settle();
    const deadlines = await Promise.all(
      ['a', 'b', 'c'].map(
        async (name) => Date.parse((await shard.row(`${name}-${shardNumber}`))?.deadline ?? '') - Date.parse(now),
      ),
    );
    expect(deadlines[1]).toBeLessThanOrEqual(60_000);
    expect([deadlines[0], deadlines[2]].map((millis) => Math.round((millis ?? 0) / 3_600_000))).toEqual([8, 8]);
    await restore(facts);
    now = (await shard.row(`b-${shardNumber}`))?.deadline ?? '';
    await shard.settle();
    now = '2026-06-14T20:00:02.000Z';
    await shard.settle();
    expect(await stateOf('b')).toBe('available');
  });
});

test('bytes that do not even unpack are damage to all of their frame, and stop nobody else', async () => {
  const facts = await publishThree(policy(1));
  const later = enrichedMessage(
    `d-${shardNumber}`,
    { v0: { bad: false, name: 'in a frame of its own' }, v1: {} },
    { offset: 3, ordinal: 1 },
  );
  await shard.handler.handle(batchOf(later));
  await damageFrame(facts);
  await revise(policy(2));
  expect(await codes()).toEqual(['a evidence_damaged', 'b evidence_damaged', 'c evidence_damaged']);
  expect(await stateOf('d')).toBe('available');
});

test('new facts of a package heal it at once, whatever became of the old', async () => {
  const facts = await publishThree(policy(1));
  await lose(facts);
  await revise(policy(2));
  await shard.handler.handle(
    batchOf(enrichedMessage(`b-${shardNumber}`, { v0: { bad: false, more: 1 }, v1: {} }, { offset: 3, ordinal: 2 })),
  );
  expect(await stateOf('b')).toBe('available');
  expect(await shard.row(`b-${shardNumber}`)).toMatchObject({ retryAt: null });
});

test('facts that come again with a message are stored again', async () => {
  const facts = await publishThree(policy(1));
  await lose(facts);
  await shard.handler.handle(
    batchOf(
      enrichedMessage(
        `b-${shardNumber}`,
        { v0: { bad: false, name: `b-${shardNumber}` }, v1: {} },
        { offset: 3, ordinal: 2 },
      ),
    ),
  );
  expect(await bench.store.evidence(facts.digest)).not.toBeNull();
});
