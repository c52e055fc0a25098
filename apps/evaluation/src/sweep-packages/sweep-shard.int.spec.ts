import { AVAILABLE } from '@weir/domain';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  batchOf,
  enrichedMessage,
  openJudgingBench,
  type JudgingBench,
  type TestPolicy,
} from '../../../../tools/testing/judging.js';
import { openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';
import { createBackgroundPace, type BackgroundPace } from '../pace-background/background-pace.js';
import { sweepShard } from './sweep-shard.js';

const policy = (threshold: number, revision: number): TestPolicy => ({
  policyId: 'p',
  revision,
  parameters: { threshold },
  rego: 'package cloudsmith\ndefault match := false\nmatch if input.v0.score > data.parameters.threshold',
});

let bench: JudgingBench;
let shard: JudgingShard;
let shardNumber = 0;
beforeAll(async () => {
  bench = await openJudgingBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  shardNumber += 1;
});
afterEach(() => shard.close());

const open = async (more: Partial<Parameters<typeof openJudgingShard>[1]> = {}) => {
  shard = await openJudgingShard(bench, {
    shard: `evaluation/${shardNumber}`,
    clock: () => '2026-06-14T12:00:00.000Z',
    ...more,
  });
};
const publish = (count: number, options: { readonly workspace?: string; readonly from?: number } = {}) =>
  shard.handler.handle(
    batchOf(
      ...Array.from({ length: count }, (_, number) => {
        const offset = number + (options.from ?? 0);
        return enrichedMessage(
          `p${number}-${shardNumber}`,
          { v0: { score: 5 }, v1: {} },
          { offset, ordinal: 1, workspace: options.workspace ?? 'default' },
        );
      }),
    ),
  );
const activate = async (threshold: number, revision: number, workspace = 'default') => {
  await bench.activate([policy(threshold, revision)], { workspace });
  await shard.caughtUp();
};
const states = async (count: number, workspace = 'default') =>
  Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const judgement = (await shard.row(`p${number}-${shardNumber}`, workspace))?.judgement;
      return judgement?.kind === 'judged' ? judgement.desired.state : null;
    }),
  );

describe('a workspace', () => {
  test('has its own policies, also about the same package of a repository of the same name', async () => {
    await bench.activate([policy(1, 1)]);
    await bench.activate([policy(9, 2)], { workspace: 'other' });
    await open();
    await publish(1);
    await publish(1, { workspace: 'other', from: 1 });
    expect([await states(1), await states(1, 'other')]).toEqual([['quarantined'], ['available']]);
    expect((await shard.decisions()).map(({ before }) => before)).toEqual([null, null]);
  });

  test('is swept alone: what another activates is no reason to look at its packages', async () => {
    await bench.activate([policy(9, 1)]);
    await bench.activate([policy(9, 2)], { workspace: 'other' });
    await open();
    await publish(2);
    await publish(2, { workspace: 'other', from: 2 });
    await activate(1, 3, 'other');
    expect(await sweepShard(shard.ports, shard.queue, ['default'], () => false)).toBe(0);
    expect(await sweepShard(shard.ports, shard.queue, ['other'], () => false)).toBe(2);
    expect([await states(2), await states(2, 'other')]).toEqual([
      ['available', 'available'],
      ['quarantined', 'quarantined'],
    ]);
  });
});

test('a sweep begins again when policies change before its end, so that no package keeps the set between', async () => {
  await bench.activate([policy(9, 1)]);
  await open();
  await publish(6);
  await activate(8, 2);
  let chunks = 0;
  const pace: BackgroundPace = {
    ...createBackgroundPace(),
    take: async (queue, chunk) => {
      chunks += 1;
      if (chunks === 3) await activate(1, 3);
      return queue.withWriter((writer) => chunk(writer, 2), 'whenIdle');
    },
  };
  await sweepShard(shard.ports, shard.queue, ['default'], () => false, pace);
  expect(await states(6)).toEqual(Array.from({ length: 6 }, () => 'quarantined'));
});

test('packages of which nobody knows under what conditions they were judged are looked at', async () => {
  await bench.activate([policy(1, 1)]);
  await open();
  await publish(3);
  await bench.pool.query(
    `UPDATE evaluation.judgement SET conditions = NULL, policy_set_digest = NULL,
        details = jsonb_set(details::jsonb - 'basis' - 'said', '{desired}', $2)::text WHERE shard = $1`,
    [shard.queue.shard, AVAILABLE],
  );
  expect(await states(3)).toEqual(['available', 'available', 'available']);
  expect(await sweepShard(shard.ports, shard.queue, ['default'], () => false)).toBe(3);
  expect(await states(3)).toEqual(['quarantined', 'quarantined', 'quarantined']);
  expect(await sweepShard(shard.ports, shard.queue, ['default'], () => false)).toBe(0);
});

test('packages that a version before judged and that ask for the same are confirmed', async () => {
  await bench.activate([policy(1, 1)]);
  await open();
  await publish(3);
  await bench.pool.query(
    `UPDATE evaluation.judgement SET conditions = NULL, details = (details::jsonb - 'basis' - 'said')::text WHERE shard = $1`,
    [shard.queue.shard],
  );
  await sweepShard(shard.ports, shard.queue, ['default'], () => false);
  expect(await shard.decisions()).toHaveLength(3);
  expect((await shard.events()).at(-1)).toMatchObject({ type: 'JudgementsConfirmed' });
  expect((await shard.row(`p0-${shardNumber}`))?.judgement).toMatchObject({
    basis: expect.stringMatching(/^sha256:/) as unknown,
    said: expect.stringMatching(/^sha256:/) as unknown,
  });
});

test('what a deleted package was is left alone', async () => {
  await bench.activate([policy(9, 1)]);
  await open();
  await publish(1);
  await shard.handler.handle(
    batchOf(enrichedMessage(`p0-${shardNumber}`, null, { offset: 1, ordinal: 2, presence: 'deleted' })),
  );
  await activate(1, 2);
  expect(await shard.settle()).toBe(0);
  expect(await states(1)).toEqual(['deleted']);
});

describe('another engine', () => {
  test('judges every package again; what comes out the same is confirmed, many to an event', async () => {
    await bench.activate([policy(1, 1)]);
    await open();
    await publish(20);
    shard.close();
    await open({ engineDigest: 'sha256:mended' });
    expect(await shard.settle()).toBe(20);
    expect(shard.asked()).toBe(20);
    expect(await shard.decisions()).toHaveLength(20);
    const confirmed = (await shard.events()).flatMap((event) =>
      event.type === 'JudgementsConfirmed' ? [event.data] : [],
    );
    expect(confirmed.flatMap(({ packages }) => packages)).toHaveLength(20);
    for (const data of confirmed)
      expect(data).toMatchObject({ cause: { kind: 'engine' }, engineDigest: 'sha256:mended' });
    expect(await shard.settle()).toBe(0);
  });

  test('that answers otherwise decides, and says that it is why', async () => {
    await bench.activate([policy(9, 1)]);
    await open({ fails: () => 'builtin_failed' });
    await publish(2);
    shard.close();
    await open({ engineDigest: 'sha256:mended' });
    await shard.settle();
    expect(await states(2)).toEqual(['available', 'available']);
    expect((await shard.decisions()).slice(2).map(({ cause }) => cause)).toEqual(
      [1, 2].map(() => ({ kind: 'engine', engineDigest: 'sha256:mended' })),
    );
  });
});
