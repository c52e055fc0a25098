import type { DecisionRecorded } from '@weir/domain';
import { openShardQueue } from '@weir/event-store';
import { digestOf } from '@weir/postgres';
import type { PartitionHandler } from '@weir/messaging';
import { createLogger } from '@weir/service';
import { TOPICS } from '@weir/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  batchOf,
  enrichedMessage,
  observationCause,
  openJudgingBench,
  type JudgingBench,
} from '../../../../tools/testing/judging.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import { reachDeadlines } from '../await-deadlines/reach-deadlines.js';
import { followConditions } from '../conditions/current-conditions.js';
import { sweepShard } from '../sweep-packages/sweep-shard.js';
import { factsHandler } from './facts-handler.js';

const logger = createLogger('test');
const EPSS = ['v0.vulnerabilities.epss'];
const highEpss = `package cloudsmith
default match := false
match if { some v in input.v0.vulnerabilities; v.epss.score > data.parameters.threshold }
reason contains sprintf("%v is at %v", [v.identifier, v.epss.score]) if { some v in input.v0.vulnerabilities; v.epss.score > data.parameters.threshold }`;
const facts = (score: number) => ({
  v0: { vulnerabilities: [{ identifier: 'CVE-1', epss: { score, percentile: 0.5 } }] },
});
const epssPolicy = {
  policyId: 'high-epss',
  rego: highEpss,
  parameters: { threshold: 0.2 },
  actions: [
    { type: 'SetPackageState' as const, state: 'quarantined' as const },
    { type: 'AddPackageTags' as const, tags: ['exceeded-epss'] },
  ],
};

let bench: JudgingBench;
let now = '2026-06-14T12:00:00.000Z';
let shardNumber = 0;
const stop = new AbortController();

beforeAll(async () => {
  bench = await openJudgingBench();
});
afterAll(async () => {
  stop.abort();
  await bench.close();
});

const open = async () => {
  const onFault = (fault: unknown): never => {
    throw fault;
  };
  const conditions = followConditions({ ...bench, onFault });
  await conditions.start(stop.signal);
  const ports: JudgePorts = { ...bench, conditions, clock: () => new Date(now) };
  const queue = await openShardQueue(bench.store, `evaluation/${shardNumber}`, logger);
  return { ports, queue, handler: factsHandler(ports, queue, async () => undefined) };
};
const events = () => bench.store.read(`evaluation/${shardNumber}`, { position: 0, limit: 1000 });
const decisions = async (): Promise<readonly DecisionRecorded['data'][]> =>
  (await events()).flatMap(({ type, data }) => (type === 'DecisionRecorded' ? [data as DecisionRecorded['data']] : []));
const confirmations = async () =>
  (await events()).filter(({ type }) => type === 'JudgementsConfirmed').map(({ data }) => data);
const states = async () => (await decisions()).map((decision) => decision.desired.state);

describe('judging what enrichment found out', () => {
  let handler: PartitionHandler;
  beforeEach(async () => {
    shardNumber += 1;
    now = '2026-06-14T12:00:00.000Z';
    await bench.activate([epssPolicy]);
    ({ handler } = await open());
  });

  test('an observation is judged once and names the facts, policies and engine it rests on', async () => {
    const message = enrichedMessage(`once-${shardNumber}`, facts(0.5), { offset: 0 });
    await handler.handle(batchOf(message));
    const [decision] = await decisions();
    expect(decision).toMatchObject({
      factsDigest: digestOf(message.value),
      decidedAt: now,
      before: null,
      desired: { state: 'quarantined', tags: ['exceeded-epss'], promotion: 'blocked' },
    });
    expect(decision?.results).toMatchObject([
      { policyId: 'high-epss', match: true, reasons: ['CVE-1 is at 0.5'], error: null },
    ]);
    expect(Buffer.from((await bench.store.evidence(decision?.factsDigest ?? ''))?.bytes ?? []).toString()).toBe(
      Buffer.from(message.value).toString(),
    );
  });

  test('the same message again, and the same event under another offset, change nothing', async () => {
    const cause = observationCause();
    const message = enrichedMessage(`twice-${shardNumber}`, facts(0.5), { offset: 0, cause });
    await handler.handle(batchOf(message));
    await handler.handle(batchOf(message));
    await handler.handle(batchOf({ ...message, offset: 1 }, { ...message, offset: 2 }));
    expect(await decisions()).toHaveLength(1);
    expect(await handler.position(TOPICS.enriched)).toMatchObject({ next: 3 });
  });

  test('after a restart reading goes on at the head of the log', async () => {
    await handler.handle(batchOf(enrichedMessage(`restart-${shardNumber}`, facts(0.1), { offset: 41 })));
    const again = await open();
    expect(await again.handler.position(TOPICS.enriched)).toMatchObject({ next: 42 });
  });

  test('a second writer is fenced and changes nothing, and the batch is judged by whoever goes on', async () => {
    const late = await open();
    await late.handler.position(TOPICS.enriched);
    await handler.handle(batchOf(enrichedMessage(`fence-a-${shardNumber}`, facts(0.5), { offset: 0 })));
    const batch = batchOf(enrichedMessage(`fence-b-${shardNumber}`, facts(0.5), { offset: 1 }));
    await expect(late.handler.handle(batch)).rejects.toMatchObject({ name: 'Retryable' });
    expect(await decisions()).toHaveLength(1);
    await late.handler.handle(batch);
    expect(await decisions()).toHaveLength(2);
  });

  test('a score that rises quarantines, one that falls releases, and both say what was before', async () => {
    const name = `moves-${shardNumber}`;
    const feed = (revision: string) => ({
      kind: 'feed' as const,
      feed: 'epss' as const,
      revision,
      changed: EPSS,
      because: ['CVE-1'],
    });
    await handler.handle(batchOf(enrichedMessage(name, facts(0.02), { offset: 0 })));
    const lane = TOPICS.enrichedByFeed;
    await handler.handle(
      batchOf(enrichedMessage(name, facts(0.21), { offset: 0, sequence: 2, topic: lane, cause: feed('day 2') })),
    );
    await handler.handle(
      batchOf(enrichedMessage(name, facts(0.03), { offset: 1, sequence: 3, topic: lane, cause: feed('day 3') })),
    );
    expect(await states()).toEqual(['available', 'quarantined', 'available']);
    expect((await decisions()).map(({ before }) => before?.state ?? null)).toEqual([null, 'available', 'quarantined']);
  });

  test('a feed message with older facts than the package has is passed over', async () => {
    const name = `stale-${shardNumber}`;
    await handler.handle(batchOf(enrichedMessage(name, facts(0.02), { offset: 0, sequence: 5 })));
    const cause = { kind: 'feed' as const, feed: 'epss' as const, revision: 'old', changed: EPSS, because: ['CVE-1'] };
    await handler.handle(
      batchOf(enrichedMessage(name, facts(0.9), { offset: 0, sequence: 4, topic: TOPICS.enrichedByFeed, cause })),
    );
    expect(await states()).toEqual(['available']);
  });

  test('a change that no policy reads is confirmed without asking, and the facts are kept', async () => {
    const name = `unread-${shardNumber}`;
    const withKev = (kev: boolean) => ({ ...facts(0.02), v1: { kev } });
    await handler.handle(batchOf(enrichedMessage(name, withKev(false), { offset: 0 })));
    const cause = {
      kind: 'feed' as const,
      feed: 'kev' as const,
      revision: 'r',
      changed: ['v1.vulnerabilities.kev'],
      because: ['CVE-1'],
    };
    const message = enrichedMessage(name, withKev(true), {
      offset: 0,
      sequence: 2,
      topic: TOPICS.enrichedByFeed,
      cause,
    });
    await handler.handle(batchOf(message));
    expect(await decisions()).toHaveLength(1);
    const packages = [{ packageKey: `default/npm-dev/pkg:npm/${name}@1.0.0` }];
    expect(await confirmations()).toMatchObject([
      { cause: { kind: 'feed', feed: 'kev', revision: 'r' }, packages, factsDigests: [digestOf(message.value)] },
    ]);
    expect(await bench.store.evidence(digestOf(message.value))).not.toBeNull();
  });

  test('a deleted package is judged gone, without asking any policy', async () => {
    const name = `deleted-${shardNumber}`;
    await handler.handle(batchOf(enrichedMessage(name, facts(0.5), { offset: 0 })));
    await handler.handle(batchOf(enrichedMessage(name, null, { offset: 1, presence: 'deleted' })));
    expect(await states()).toEqual(['quarantined', 'deleted']);
    expect((await decisions()).at(-1)).toMatchObject({ factsDigest: null, results: [] });
  });

  test('a message without an envelope is a permanent fault and leaves the position where it was', async () => {
    const message = { ...enrichedMessage(`broken-${shardNumber}`, facts(0.5), { offset: 0 }), headers: {} };
    await expect(handler.handle(batchOf(message))).rejects.toThrow('has no weir-envelope header');
    expect(await handler.position(TOPICS.enriched)).toBeNull();
    await handler.passOver(message, new Error('poison'), 'dead');
    expect(await handler.position(TOPICS.enriched)).toMatchObject({ next: 1 });
  });

  test('a message that was read long ago is passed over without moving the position back', async () => {
    const [read, behind] = [
      enrichedMessage(`back-${shardNumber}`, facts(0.5), { offset: 0 }),
      enrichedMessage(`behind-${shardNumber}`, facts(0.5), { offset: 1 }),
    ];
    await handler.handle(batchOf(read, behind));
    await handler.passOver(read, new Error('poison'), 'dead');
    expect(await handler.position(TOPICS.enriched)).toMatchObject({ next: 2 });
  });

  test('a connection that dies while a batch is judged loses and doubles nothing', async () => {
    const messages = Array.from({ length: 50 }, (_, i) =>
      enrichedMessage(`crash-${shardNumber}-${i}`, facts(0.5), { offset: i }),
    );
    const killing = bench.pool
      .query(
        'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()',
      )
      .catch(() => undefined);
    await handler.handle(batchOf(...messages)).catch(() => undefined);
    await killing;
    for (let tries = 0; tries < 5 && (await decisions()).length < 50; tries += 1)
      await handler.handle(batchOf(...messages)).catch(() => undefined);
    expect(new Set((await decisions()).map((decision) => decision.package.name)).size).toBe(50);
    expect(await decisions()).toHaveLength(50);
  });
});

describe('judging again', () => {
  beforeEach(() => {
    shardNumber += 1;
    now = '2026-06-14T12:00:00.000Z';
  });

  test('a new policy set sweeps the packages that its changes concern, and only those', async () => {
    await bench.activate([epssPolicy]);
    const { handler } = await open();
    await handler.handle(batchOf(enrichedMessage(`sweep-${shardNumber}`, facts(0.15), { offset: 0 })));
    await bench.activate([
      epssPolicy,
      { policyId: 'elsewhere', rego: highEpss, parameters: { threshold: 0 }, scope: { repositories: ['other'] } },
    ]);
    const elsewhere = await open();
    expect(await sweepShard(elsewhere.ports, elsewhere.queue, ['default'], () => false)).toBe(1);
    expect(await events()).toHaveLength(1);
    expect(await sweepShard(elsewhere.ports, elsewhere.queue, ['default'], () => false)).toBe(0);
    await bench.activate([{ ...epssPolicy, revision: 2, parameters: { threshold: 0.1 } }]);
    const stricter = await open();
    expect(await sweepShard(stricter.ports, stricter.queue, ['default'], () => false)).toBe(1);
    expect(await states()).toEqual(['available', 'quarantined']);
    expect((await decisions()).at(-1)?.cause.kind).toBe('policy');
  });

  test('a package is judged again at the second its answer changes, and in between only looked at', async () => {
    const rego = `package cloudsmith
default match := false
match if { time.now_ns() < time.parse_rfc3339_ns(input.v0.package.published_at) + (7 * 24 * 60 * 60 * 1000000000) }`;
    await bench.activate([{ policyId: 'cooling-off', rego }]);
    const { handler, ports, queue } = await open();
    await handler.handle(
      batchOf(
        enrichedMessage(
          `time-${shardNumber}`,
          { v0: { package: { published_at: '2026-06-10T00:00:00Z' } } },
          { offset: 0 },
        ),
      ),
    );
    const lookAt = async () =>
      (
        await bench.pool.query<{ at: Date }>('SELECT look_at AS at FROM evaluation.judgement WHERE shard = $1', [
          queue.shard,
        ])
      ).rows[0]?.at.toISOString();
    expect(await lookAt()).toBe('2026-06-15T12:00:00.000Z');
    expect(await reachDeadlines(ports, queue)).toBe(0);
    now = '2026-06-15T12:00:01.000Z';
    expect(await reachDeadlines(ports, queue)).toBe(1);
    expect(await lookAt()).toBe('2026-06-16T12:00:01.000Z');
    now = '2026-06-16T12:00:02.000Z';
    await reachDeadlines(ports, queue);
    expect(await lookAt()).toBe(now);
    await reachDeadlines(ports, queue);
    const flip = (await lookAt()) ?? '';
    expect(Math.abs(Date.parse(flip) - Date.parse('2026-06-17T00:00:00.000Z'))).toBeLessThanOrEqual(1000);
    expect(await states()).toEqual(['quarantined']);
    now = '2026-06-17T00:00:02.000Z';
    await reachDeadlines(ports, queue);
    expect(await states()).toEqual(['quarantined', 'available']);
    expect((await decisions()).at(-1)?.cause).toEqual({ kind: 'time', dueAt: flip });
  });

  test('a package whose answer changes within a day is due at once, one whose policies did not look at the clock never', async () => {
    const rego = `package cloudsmith
default match := false
match if { published := input.v0.package.published_at; time.now_ns() < time.parse_rfc3339_ns(published) + (24 * 60 * 60 * 1000000000) }`;
    await bench.activate([{ policyId: 'cooling-off', rego }]);
    const { handler, ports, queue } = await open();
    const facts = [{ published_at: '2026-06-14T00:00:00Z' }, { published_at: '2020-01-01T00:00:00Z' }, {}];
    await handler.handle(
      batchOf(
        ...facts.map((named, offset) =>
          enrichedMessage(`timing-${offset}-${shardNumber}`, { v0: { package: named } }, { offset }),
        ),
      ),
    );
    const { rows } = await bench.pool.query<{ at: Date | null }>(
      'SELECT look_at AS at FROM evaluation.judgement WHERE shard = $1 ORDER BY package_key',
      [queue.shard],
    );
    expect(rows.map(({ at }) => at?.toISOString() ?? null)).toEqual([
      '2026-06-14T12:00:00.000Z',
      '2026-06-15T12:00:00.000Z',
      null,
    ]);
    expect(await reachDeadlines(ports, queue)).toBe(1);
    now = '2026-06-15T00:00:02.000Z';
    expect(await reachDeadlines(ports, queue)).toBe(1);
    expect(await states()).toEqual(['quarantined', 'available', 'available', 'available']);
  });
});
