import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  batchOf,
  enrichedMessage,
  openJudgingBench,
  type JudgingBench,
  type TestPolicy,
} from '../../../../tools/testing/judging.js';
import { openJudgingShard, type JudgingShard } from '../../../../tools/testing/judging-shard.js';

/** Holds packages of a repository while a feed is older than three days. */
const stale = (feed: 'epss' | 'kev' | 'osv', repository: string): TestPolicy => ({
  policyId: `stale-${feed}`,
  scope: { repositories: [repository] },
  rego: `package cloudsmith
default match := true
loaded := time.parse_rfc3339_ns(input.v1.freshness.${feed}.loadedAt)
match := false if time.now_ns() - loaded < (3 * 24 * 60 * 60 * 1000000000)`,
});
const other: TestPolicy = {
  policyId: 'other',
  rego: 'package cloudsmith\ndefault match := false\nmatch if input.v1.kev == true',
  actions: [{ type: 'AddPackageTags', tags: ['kev'] }],
};

let bench: JudgingBench;
let shard: JudgingShard;
let now = '2026-06-14T12:00:00.000Z';
beforeAll(async () => {
  bench = await openJudgingBench();
  await bench.activate([stale('epss', 'reads-epss'), stale('kev', 'reads-kev'), other]);
});
afterAll(() => bench.close());
beforeEach(() => {
  now = '2026-06-14T12:00:00.000Z';
});
afterEach(() => shard.close());

const REPOSITORIES = ['reads-epss', 'reads-kev', 'reads-none'];
const FACTS = { v0: {}, v1: { kev: false } };
const publish = () =>
  shard.handler.handle(
    batchOf(
      ...REPOSITORIES.map((repository, offset) => enrichedMessage('a', FACTS, { offset, ordinal: 1, repository })),
    ),
  );
const latest = async () => {
  const states = new Map((await shard.decisions()).map(({ repository, desired }) => [repository.name, desired.state]));
  return REPOSITORIES.map((repository) => states.get(repository));
};
const loaded = async (feed: 'epss' | 'kev') => {
  await bench.loadFeed(feed, now);
  await shard.caughtUp();
};

test('a load makes packages due whose policies read when it was, and nobody else; age follows the clock', async () => {
  shard = await openJudgingShard(bench, { shard: 'evaluation/1', clock: () => now });
  await publish();
  await shard.settle();
  expect(await latest()).toEqual(['quarantined', 'quarantined', 'available']);

  shard.asked();
  await loaded('epss');
  await shard.settle();
  expect(await latest()).toEqual(['available', 'quarantined', 'available']);
  expect((await shard.decisions()).at(-1)).toMatchObject({
    repository: { name: 'reads-epss' },
    cause: { kind: 'freshness' },
  });
  const digest = (await shard.decisions()).at(-1)?.freshnessDigest ?? '';
  const evidence = Buffer.from((await bench.store.evidence(digest))?.bytes ?? []).toString('utf8');
  expect(JSON.parse(evidence)).toEqual({ epss: { asOf: '2026-06-14', loadedAt: now }, kev: null, osv: null });
  expect(
    (await shard.decisions())
      .filter(({ repository }) => repository.name === 'reads-none')
      .map(({ freshnessDigest }) => freshnessDigest),
  ).toEqual([undefined]);

  shard.asked();
  await bench.loadFeed('osv', now);
  await shard.caughtUp();
  expect(await shard.settle()).toBe(0);
  expect(shard.asked()).toBe(0);

  now = '2026-06-16T12:00:00.000Z';
  await loaded('epss');
  const events = (await shard.events()).length;
  await shard.settle();
  expect(await latest()).toEqual(['available', 'quarantined', 'available']);
  // Who reads of the other feed is confirmed as well: a day has passed since its answer was last looked ahead.
  const confirmed = (await shard.events())
    .slice(events)
    .map((event) =>
      event.type === 'JudgementsConfirmed'
        ? [event.data.cause, event.data.packages.map(({ packageKey }) => packageKey)]
        : event.type,
    );
  const key = (repository: string) => `default/${repository}/pkg:npm/a@1.0.0`;
  expect(confirmed).toEqual([
    [{ kind: 'freshness' }, [key('reads-epss')]],
    [{ kind: 'time' }, [key('reads-kev')]],
  ]);

  now = '2026-06-19T12:00:02.000Z';
  for (let look = 0; look < 3; look += 1) await shard.settle();
  expect(await latest()).toEqual(['quarantined', 'quarantined', 'available']);
});

test('an observed package is judged by the loads of the moment, not by those when its facts were built', async () => {
  shard = await openJudgingShard(bench, { shard: 'evaluation/2', clock: () => now });
  now = '2026-07-01T00:00:00.000Z';
  await loaded('kev');
  await shard.handler.handle(
    batchOf(
      enrichedMessage(
        'b',
        { v0: {}, v1: { freshness: { epss: null, kev: null, osv: null } } },
        { offset: 0, ordinal: 1, repository: 'reads-kev' },
      ),
    ),
  );
  expect(await shard.states()).toEqual(['available']);
});

test('a load of advisories makes due the packages of the ecosystems that it covers, and no others', async () => {
  await bench.activate([stale('osv', 'reads-osv')]);
  shard = await openJudgingShard(bench, { shard: 'evaluation/3', clock: () => now });
  await shard.handler.handle(
    batchOf(
      ...['maven', 'pypi', 'docker'].map((type, offset) =>
        enrichedMessage('a', FACTS, { offset, ordinal: 1, repository: 'reads-osv', type }),
      ),
    ),
  );
  const held = async () =>
    new Map((await shard.decisions()).map(({ package: { type }, desired }) => [type, desired.state]));
  await shard.settle();
  expect(Object.fromEntries(await held())).toEqual({
    maven: 'quarantined',
    pypi: 'quarantined',
    docker: 'quarantined',
  });

  shard.asked();
  await bench.loadFeed('osv', now, ['Maven']);
  await shard.caughtUp();
  await shard.settle();
  expect(Object.fromEntries(await held())).toEqual({ maven: 'available', pypi: 'quarantined', docker: 'quarantined' });
  expect(shard.asked(), 'of the others nobody is asked').toBe(1);

  await bench.loadFeed('osv', now, []);
  await shard.caughtUp();
  await shard.settle();
  expect(shard.asked(), 'a file of foreign records is nothing to anybody').toBe(0);
});
