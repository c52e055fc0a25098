import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '@weir/contracts';
import type { Topics } from '@weir/messaging';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  messageOf,
  observedOf,
  openTestEnrichment,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import type { EnrichmentWork } from '../enrich-package/enrichment-ports.js';
import { observedHandler } from '../enrich-package/observed-handler.js';
import { reassessBatch } from './reassess-batch.js';

let enrichment: TestEnrichment;

beforeEach(async () => {
  enrichment = await openTestEnrichment();
  await enrichment.load(
    'osv',
    Readable.from([
      Buffer.from(
        JSON.stringify({
          id: 'GHSA-race-0001-aaaa',
          modified: '2026-05-01T00:00:00Z',
          aliases: ['CVE-2026-2000'],
          affected: [
            {
              package: { ecosystem: 'npm', name: 'race' },
              ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
            },
          ],
        }),
      ),
    ]),
  );
  await score('2026-06-01', 0.1);
});

afterEach(() => enrichment.close());

const score = (day: string, value: number) =>
  enrichment.load(
    'epss',
    Readable.from([
      Buffer.from(
        `#model_version:v1,score_date:${day}T00:00:00+0000\ncve,epss,percentile\nCVE-2026-2000,${value},0.5\n`,
      ),
    ]),
  );

const handle = (observed: ReturnType<typeof observedOf>, work: EnrichmentWork = enrichment.work, offset = 0) =>
  observedHandler(work, 0).handle({ topic: TOPICS.observed, partition: 0, messages: [messageOf(observed, offset)] });

/** The score in the newest facts of each package, over both lanes: what evaluation ends with. */
const newestScores = async (): Promise<Record<string, number | undefined>> => {
  const all = [...(await enrichment.enriched(TOPICS.enriched)), ...(await enrichment.enriched(TOPICS.enrichedByFeed))];
  const newest = new Map(
    all.sort((a, b) => a.envelope.sequence - b.envelope.sequence).map((one) => [one.message.key, one]),
  );
  return Object.fromEntries([...newest].map(([key, { facts }]) => [key, facts?.v1.vulnerabilities[0]?.epss?.score]));
};

/** Topics whose next publish does something else. */
const withPublish = (
  publish: (real: Topics, messages: Parameters<Topics['publish']>[0]) => Promise<void>,
): EnrichmentWork => ({
  ...enrichment.work,
  topics: { ...enrichment.topics, publish: (messages) => publish(enrichment.topics, messages) },
});

/** Resolves when `count` transactions wait for another to end. */
const waiting = (count: number) =>
  expect
    .poll(
      async () =>
        (
          await enrichment.pool.query(
            `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          )
        ).rowCount,
      { timeout: 20_000 },
    )
    .toBe(count);

describe('an observation that is handled while a feed changes', () => {
  test('is found by the feed when it read the old scores: the feed waits for it', async () => {
    const blocker = await enrichment.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE intelligence.inventory_vulnerability IN SHARE MODE');
    const handling = handle(observedOf('pkg:npm/race@1.0.0'));
    await waiting(1);
    let loaded = false;
    const loading = score('2026-06-02', 0.9).then((answer) => {
      loaded = true;
      return answer;
    });
    await waiting(2);
    expect(loaded, 'the feed is committed although a batch that read its old scores is not').toBe(false);
    await blocker.query('COMMIT');
    blocker.release();
    await handling;
    expect(await loading).toMatchObject({ changed: 1, affectedPackages: 1 });
    await enrichment.reassess();
    expect(await newestScores()).toEqual({ 'default/npm-dev/pkg:npm/race@1.0.0': 0.9 });
  });

  test('never ends with an old score, however the two meet', async () => {
    const handling: Promise<void>[] = [];
    for (let round = 0; round < 30; round += 1) {
      handling.push(handle(observedOf(`pkg:npm/race@1.0.${round}`), enrichment.work, round));
      if (round % 5 === 0) handling.push(score(`2026-07-${10 + round / 5}`, 0.2 + round / 100).then(() => undefined));
      if (round % 3 === 0) handling.push(reassessBatch(enrichment.work, 3).then(() => undefined));
      await sleep(round % 4);
    }
    await Promise.all(handling);
    await enrichment.reassess();
    const { rows } = await enrichment.pool.query<{ score: number }>('SELECT score FROM intelligence.epss_score');
    expect(new Set(Object.values(await newestScores()))).toEqual(new Set([rows[0]?.score]));
    expect(Object.keys(await newestScores())).toHaveLength(30);
  });
});

describe('a package that is looked at again while another feed changes', () => {
  test('is found by it when the old scores were read: the feed waits', async () => {
    await handle(observedOf('pkg:npm/later@1.0.0'));
    await enrichment.load(
      'osv',
      Readable.from([
        Buffer.from(
          JSON.stringify({
            id: 'GHSA-race-0002-aaaa',
            modified: '2026-05-02T00:00:00Z',
            aliases: ['CVE-2026-2000'],
            affected: [
              {
                package: { ecosystem: 'npm', name: 'later' },
                ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
              },
            ],
          }),
        ),
      ]),
    );
    const blocker = await enrichment.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE intelligence.inventory_vulnerability IN SHARE MODE');
    const reassessing = reassessBatch(enrichment.work, 10);
    await waiting(1);
    const loading = score('2026-06-02', 0.9);
    await waiting(2);
    await blocker.query('COMMIT');
    blocker.release();
    await reassessing;
    expect(await loading).toMatchObject({ changed: 1, affectedPackages: 1 });
    await enrichment.reassess();
    expect(await newestScores()).toEqual({ 'default/npm-dev/pkg:npm/later@1.0.0': 0.9 });
  });
});

describe('an observation that comes while the facts of a feed are published', () => {
  test('is what was told last: the older facts move nothing back', async () => {
    const purl = 'pkg:npm/race@1.0.0';
    await handle(observedOf(purl));
    await score('2026-06-02', 0.9);
    await reassessBatch(
      withPublish(async (real, messages) => {
        await handle(observedOf(purl, { metadata: { license: 'MIT' } }), enrichment.work, 1);
        await real.publish(messages);
      }),
      10,
    );
    const newest = (await enrichment.enriched(TOPICS.enriched)).at(-1);
    const { rows } = await enrichment.pool.query(
      'SELECT sequence::float8 AS sequence, facts_digest AS digest FROM intelligence.inventory',
    );
    expect(rows).toEqual([{ sequence: 3, digest: newest?.envelope.factsDigest }]);
    expect(newest?.envelope.sequence).toBe(3);
  });
});

describe('a crash', () => {
  const crash = async (): Promise<never> => {
    throw new Error('killed');
  };

  test('after publishing and before the position moved repeats the message: the same observation, the same facts', async () => {
    const observed = observedOf('pkg:npm/race@1.0.0');
    await expect(
      handle(
        observed,
        withPublish(async (real, messages) => {
          await real.publish(messages);
          await crash();
        }),
      ),
    ).rejects.toThrow('killed');
    expect(await observedHandler(enrichment.work, 0).position(TOPICS.observed)).toBeNull();
    await handle(observed);
    const [first, second, ...more] = await enrichment.enriched(TOPICS.enriched);
    expect(more).toEqual([]);
    expect(second?.envelope.cause).toEqual(first?.envelope.cause);
    expect(second?.envelope.factsDigest).toBe(first?.envelope.factsDigest);
    expect(await observedHandler(enrichment.work, 0).position(TOPICS.observed)).toMatchObject({ next: 1 });
  });

  test('before publishing loses nothing', async () => {
    const observed = observedOf('pkg:npm/race@1.0.0');
    await expect(handle(observed, withPublish(crash))).rejects.toThrow('killed');
    expect(await enrichment.enriched(TOPICS.enriched)).toHaveLength(0);
    await handle(observed);
    expect(await enrichment.enriched(TOPICS.enriched)).toHaveLength(1);
  });

  test('with a feed that changes before the message is repeated still brings the new score', async () => {
    const observed = observedOf('pkg:npm/race@1.0.0');
    await expect(
      handle(
        observed,
        withPublish(async (real, messages) => {
          await real.publish(messages);
          await crash();
        }),
      ),
    ).rejects.toThrow('killed');
    expect(await score('2026-06-02', 0.9)).toMatchObject({ affectedPackages: 1 });
    await handle(observed);
    expect(await enrichment.reassess(), 'evaluation drops the repeated observation, so the feed must tell it').toBe(1);
    expect((await enrichment.enriched(TOPICS.enrichedByFeed))[0]?.facts?.v1.vulnerabilities[0]?.epss?.score).toBe(0.9);
  });

  test('while packages are looked at again, before they are published, loses nothing, also when the feed takes it back meanwhile', async () => {
    await handle(observedOf('pkg:npm/race@1.0.0'));
    await score('2026-06-02', 0.9);
    await expect(reassessBatch(withPublish(crash), 10)).rejects.toThrow('killed');
    expect(await enrichment.enriched(TOPICS.enrichedByFeed)).toHaveLength(0);
    expect(await enrichment.reassess()).toBe(1);
    await score('2026-06-03', 0.2);
    await expect(
      reassessBatch(
        withPublish(async (real, messages) => {
          await real.publish(messages);
          await crash();
        }),
        10,
      ),
    ).rejects.toThrow('killed');
    await score('2026-06-04', 0.9);
    expect(await enrichment.reassess(), 'what was told last is not what is known').toBe(1);
    expect(await newestScores()).toEqual({ 'default/npm-dev/pkg:npm/race@1.0.0': 0.9 });
  });

  test('while packages are looked at again leaves the queue, and they are published under a higher number', async () => {
    await handle(observedOf('pkg:npm/race@1.0.0'));
    await score('2026-06-02', 0.9);
    const dying = withPublish(async (real, messages) => {
      await real.publish(messages);
      await crash();
    });
    await expect(reassessBatch(dying, 10)).rejects.toThrow('killed');
    expect(await enrichment.reassess()).toBe(1);
    const byFeed = await enrichment.enriched(TOPICS.enrichedByFeed);
    expect(byFeed.map(({ envelope }) => envelope.sequence)).toEqual([2, 3]);
    expect(new Set(byFeed.map(({ envelope }) => envelope.factsDigest)).size).toBe(1);
    expect(await reassessBatch(enrichment.work, 10)).toEqual({ handled: 0, published: 0 });
  });
});

describe('several changes of one package', () => {
  test('are told in one message with all that moved', async () => {
    await handle(observedOf('pkg:npm/race@1.0.0'));
    await score('2026-06-02', 0.9);
    await enrichment.load(
      'kev',
      Readable.from([
        Buffer.from(
          JSON.stringify({
            catalogVersion: '2026.06.03',
            dateReleased: '2026-06-03T00:00:00Z',
            count: 1,
            vulnerabilities: [
              {
                cveID: 'CVE-2026-2000',
                vulnerabilityName: 'Race',
                dateAdded: '2026-06-03',
                dueDate: '2026-06-24',
                knownRansomwareCampaignUse: 'Known',
              },
            ],
          }),
        ),
      ]),
    );
    expect(await enrichment.reassess()).toBe(1);
    const [told] = await enrichment.enriched(TOPICS.enrichedByFeed);
    expect(told?.envelope.cause).toMatchObject({
      feed: 'kev',
      revision: '2026.06.03',
      because: ['CVE-2026-2000'],
      changed: [],
    });
    expect(told?.facts?.v1.vulnerabilities[0]).toMatchObject({
      epss: { score: 0.9 },
      kev: { dueDate: '2026-06-24', ransomware: true },
    });
  });
});
