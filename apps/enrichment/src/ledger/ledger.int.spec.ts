import { Readable } from 'node:stream';
import { TOPICS, type PackageObserved } from '@weir/contracts';
import { Retryable } from '@weir/postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  messageOf,
  observedOf,
  openTestEnrichment,
  type Enriched,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import { enrichObservations } from '../enrich-package/enrich-observations.js';
import { IdTaken } from './id-taken.js';

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
});

afterAll(() => enrichment.close());

const keyOf = (purl: string, repository = 'npm-dev'): string => `default/${repository}/${purl}`;

/** Sends observations as one batch; answers what was published for them. */
const send = async (...observations: readonly PackageObserved[]): Promise<readonly Enriched[]> => {
  const before = (await enrichment.topics.ends(TOPICS.enriched))[0] ?? 0;
  await enrichObservations(
    enrichment.work,
    observations.map((observed) => messageOf(observed)),
  );
  return (await enrichment.enriched(TOPICS.enriched)).slice(before);
};

const entryOf = async (purl: string): Promise<object | undefined> => {
  const { rows } = await enrichment.pool.query<object>('SELECT * FROM intelligence.inventory WHERE package_key = $1', [
    keyOf(purl),
  ]);
  return rows[0];
};

const ordinalsOf = async (purl: string): Promise<readonly number[]> => {
  const { rows } = await enrichment.pool.query<{ ordinal: number }>(
    'SELECT ordinal FROM intelligence.observation WHERE package_key = $1 ORDER BY ordinal',
    [keyOf(purl)],
  );
  return rows.map(({ ordinal }) => ordinal);
};

const at = (day: number): string => `2026-06-${String(day).padStart(2, '0')}T10:00:00.000Z`;

const withTimes = (observed: PackageObserved, over: Partial<PackageObserved['observation']>): PackageObserved => ({
  ...observed,
  observation: { ...observed.observation, ...over },
});

describe('an observation that comes again', () => {
  test('changes nothing, and is told as what it was: the same facts, number and cause', async () => {
    const purl = 'pkg:npm/licence@1.0.0';
    const mit = observedOf(purl, { metadata: { license: 'MIT' }, at: at(1) });
    const [first] = await send(mit);
    await send(observedOf(purl, { metadata: { license: 'GPL-3.0-only' }, at: at(2) }));
    const before = await entryOf(purl);
    const [again] = await send(withTimes(mit, { occurredAt: at(3), receivedAt: at(3), actor: 'somebody else' }));
    expect(again?.envelope).toEqual(first?.envelope);
    expect(again?.facts).toEqual(first?.facts);
    expect(await entryOf(purl)).toEqual(before);
    expect(await ordinalsOf(purl)).toEqual([1, 2]);
  });

  test('does not bring a deleted package back: no feed finds it', async () => {
    const purl = 'pkg:npm/deleted@1.0.0';
    const published = observedOf(purl, { at: at(1) });
    await send(published);
    await send(observedOf(purl, { kind: 'deleted', at: at(2) }));
    const [again] = await send(published);
    expect(again?.envelope).toMatchObject({ presence: 'present', sequence: 1 });
    expect(await entryOf(purl)).toMatchObject({ presence: 'deleted', sequence: '2', facts_digest: null });
    const record = {
      id: 'GHSA-dele-0001-aaaa',
      modified: '2026-06-01T00:00:00Z',
      affected: [{ package: { ecosystem: 'npm', name: 'deleted' }, versions: ['1.0.0'] }],
    };
    await enrichment.load('osv', Readable.from([Buffer.from(JSON.stringify(record))]));
    expect(
      await enrichment.load('osv', Readable.from([Buffer.from(JSON.stringify({ ...record, summary: 'x' }))])),
    ).toMatchObject({ changed: 1, affectedPackages: 0 });
  });

  test('in one batch is recorded once and told twice', async () => {
    const twice = observedOf('pkg:npm/twice@1.0.0', { at: at(1) });
    const [first, second, third] = await send(
      twice,
      observedOf('pkg:npm/twice@1.0.0', { kind: 'deleted', at: at(2) }),
      twice,
    );
    expect(third?.envelope).toEqual(first?.envelope);
    expect(second?.envelope).toMatchObject({ presence: 'deleted', sequence: 2 });
    expect(await ordinalsOf('pkg:npm/twice@1.0.0')).toEqual([1, 2]);
  });

  test('tells what feeds say by now and leaves them to tell it of the package itself', async () => {
    const purl = 'pkg:npm/fed@1.0.0';
    const observed = observedOf(purl, { at: at(1) });
    await send(observed);
    await enrichment.reassess();
    const before = await entryOf(purl);
    const record = {
      id: 'GHSA-fedd-0001-aaaa',
      modified: '2026-06-01T00:00:00Z',
      affected: [{ package: { ecosystem: 'npm', name: 'fed' }, versions: ['1.0.0'] }],
    };
    await enrichment.load('osv', Readable.from([Buffer.from(JSON.stringify(record))]));
    const [again] = await send(observed);
    expect(again).toMatchObject({
      envelope: { sequence: 1 },
      facts: { v1: { vulnerabilities: [{ id: 'GHSA-fedd-0001-aaaa' }] } },
    });
    expect(await entryOf(purl), 'but for what was told last, which is not known now').toEqual({
      ...before,
      facts_digest: null,
    });
    await enrichment.load(
      'osv',
      Readable.from([Buffer.from(JSON.stringify({ ...record, withdrawn: '2026-06-01T00:00:00Z' }))]),
    );
    expect(await enrichment.reassess(), 'also when the feed takes it back').toBe(1);
    expect((await enrichment.enriched(TOPICS.enrichedByFeed)).at(-1)).toMatchObject({
      envelope: { sequence: 2 },
      facts: { v1: { vulnerabilities: [] } },
    });
  });

  test('of a package that was observed hundreds of times is told exactly too', async () => {
    const purl = 'pkg:npm/popular@1.0.0';
    const downloads = Array.from({ length: 250 }, (_, i) =>
      observedOf(purl, { kind: 'downloaded', at: new Date(Date.UTC(2026, 5, 1) + i * 60_000).toISOString() }),
    );
    const told = await send(observedOf(purl, { metadata: { license: 'MIT' }, at: at(1) }), ...downloads);
    for (const [index, download] of [...downloads.entries()].filter(([i]) => [0, 97, 98, 99, 203, 249].includes(i))) {
      const [again] = await send(download);
      expect([again?.envelope, again?.facts], `download ${index}`).toEqual([
        told[index + 1]?.envelope,
        told[index + 1]?.facts,
      ]);
    }
    const { rows } = await enrichment.pool.query<{ ordinal: number }>(
      'SELECT ordinal FROM intelligence.observation WHERE package_key = $1 AND state IS NOT NULL ORDER BY ordinal',
      [keyOf(purl)],
    );
    expect(rows.map(({ ordinal }) => ordinal)).toEqual([100, 200]);
  });

  test('of a copy takes what the source said then, not now', async () => {
    const purl = 'pkg:npm/copied@1.0.0';
    await send(observedOf(purl, { repository: 'npm-prod', metadata: { license: 'MIT' }, at: at(1) }));
    const copy = observedOf(purl, { kind: 'copied', at: at(2) });
    const [first] = await send(copy);
    await send(observedOf(purl, { repository: 'npm-prod', metadata: { license: 'ISC' }, at: at(3) }));
    const [again] = await send(copy);
    expect(again?.facts?.v1.licence.expression).toBe('MIT');
    expect(again?.facts).toEqual(first?.facts);
  });
});

describe('an id is of one observation', () => {
  const purl = 'pkg:npm/one@1.0.0';
  const recorded = observedOf(purl, {
    id: 'one',
    metadata: { license: { type: 'MIT', url: 'https://example.org' }, summary: 'One' },
    at: at(1),
  });
  const others: readonly (readonly [string, PackageObserved, string])[] = [
    [
      'another package',
      observedOf('pkg:npm/other@1.0.0', { id: 'one', metadata: recorded.metadata, at: at(1) }),
      `"published" of ${keyOf('pkg:npm/other@1.0.0')} with another package`,
    ],
    ['another kind', { ...withTimes(recorded, { kind: 'copied' }) }, `"copied" of ${keyOf(purl)} with another kind`],
    [
      'another repository',
      { ...recorded, repository: { ...recorded.repository, name: 'npm-prod' } },
      `"published" of ${keyOf(purl, 'npm-prod')} with another repository`,
    ],
    [
      'another environment',
      { ...recorded, repository: { ...recorded.repository, environment: 'production' } },
      `"published" of ${keyOf(purl)} with another repository`,
    ],
    [
      'another licence',
      { ...recorded, metadata: { license: 'MIT', summary: 'One' } },
      `"published" of ${keyOf(purl)} with another metadata`,
    ],
    [
      'another digest',
      { ...recorded, package: { ...recorded.package, digest: `sha256:${'a'.repeat(64)}` } },
      `"published" of ${keyOf(purl)} with another package`,
    ],
  ];

  test.each(others)(
    'and with %s it is refused for good, naming what is recorded and what was sent',
    async (_what, other, named) => {
      await send(recorded);
      const before = await entryOf(purl);
      const fault: unknown = await send(observedOf('pkg:npm/beside@1.0.0'), other).catch((caught: unknown) => caught);
      expect(fault).toBeInstanceOf(IdTaken);
      expect(fault).not.toBeInstanceOf(Retryable);
      expect((fault as Error).message).toContain(
        `The id one of source /test in workspace default was recorded as "published" of ${keyOf(purl)} ` +
          `and is sent as ${named}`,
      );
      expect(await entryOf(purl)).toEqual(before);
      expect(await entryOf('pkg:npm/beside@1.0.0'), 'nothing of the batch is kept').toBeUndefined();
    },
  );

  test('also within one batch', async () => {
    await expect(
      send(observedOf('pkg:npm/both@1.0.0', { id: 'both' }), observedOf('pkg:npm/both@2.0.0', { id: 'both' })),
    ).rejects.toBeInstanceOf(IdTaken);
  });

  test('whatever the order in which its members were written', async () => {
    await send(recorded);
    const { metadata, package: named, ...others } = recorded;
    const reordered = {
      package: Object.fromEntries(Object.entries(named).reverse()),
      metadata: { ...metadata, license: { url: 'https://example.org', type: 'MIT' } },
      ...others,
    };
    expect(await send(reordered as unknown as PackageObserved)).toHaveLength(1);
  });

  test('of its source and workspace: what others call the same is something else', async () => {
    await send(recorded);
    const [bySource] = await send(
      withTimes(observedOf(purl, { id: 'one', metadata: { license: 'ISC' }, at: at(5) }), { source: '/another' }),
    );
    expect(bySource?.facts?.v1.licence.expression).toBe('ISC');
    const [elsewhere] = await send({ ...observedOf('pkg:npm/wall@1.0.0', { id: 'one' }), workspace: 'acme' });
    expect(elsewhere?.envelope).toMatchObject({ workspace: 'acme', sequence: 1 });
  });

  test('about two packages in two partitions at once it is tried again, and then refused', async () => {
    const rival = await enrichment.work.pool.connect();
    const observed = observedOf('pkg:npm/raced@2.0.0', { id: 'raced' });
    try {
      await rival.query('BEGIN');
      await rival.query(
        `INSERT INTO intelligence.observation (workspace, source, id, package_key, ordinal, sequence, observed)
         VALUES ('default', '/test', 'raced', $1, 1, 1, $2)`,
        [keyOf('pkg:npm/raced@1.0.0'), JSON.stringify(observedOf('pkg:npm/raced@1.0.0', { id: 'raced' }))],
      );
      const late = expect(send(observed)).rejects.toBeInstanceOf(Retryable);
      await expect
        .poll(
          async () =>
            (
              await enrichment.pool.query(
                `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
              )
            ).rowCount,
        )
        .toBe(1);
      await rival.query('COMMIT');
      await late;
    } finally {
      rival.release();
    }
    await expect(send(observed)).rejects.toThrow(`was recorded as "published" of ${keyOf('pkg:npm/raced@1.0.0')}`);
  });
});

describe('what was recorded before there was a ledger', () => {
  const purl = 'pkg:npm/old@1.0.0';
  const old = observedOf(purl, { id: 'old', metadata: { license: 'MIT' }, at: at(1) });

  test('counts as recorded, whatever it says, and is not told again: it has its decision', async () => {
    await send(old);
    await forgetContent('old');
    const before = await entryOf(purl);
    expect(await send(old, { ...old, metadata: { license: 'ISC' } })).toEqual([]);
    expect(await entryOf(purl)).toEqual(before);
  });

  test('is what the next observation stands on, and so does every repeat of that', async () => {
    const download = observedOf(purl, { kind: 'downloaded', at: at(3) });
    const [first] = await send(download);
    expect(first).toMatchObject({
      envelope: { sequence: 2 },
      facts: { v1: { licence: { expression: 'MIT' }, lastDownloadedAt: at(3) } },
    });
    await send(observedOf(purl, { metadata: { license: 'ISC' }, at: at(4) }));
    const [again] = await send(download);
    expect([again?.envelope, again?.facts]).toEqual([first?.envelope, first?.facts]);
    expect(await ordinalsOf(purl)).toEqual([1, 2, 3]);
  });
});

/** As the migration leaves a row: the owner alone may change the ledger. */
const forgetContent = (id: string): Promise<void> =>
  enrichment.asOwner(
    `UPDATE intelligence.observation SET observed = NULL, sequence = NULL, state = NULL WHERE id = '${id}'`,
  );

test('the service may add to the ledger, forget what is old, and nothing else', async () => {
  for (const statement of ['UPDATE intelligence.observation SET ordinal = 1', 'TRUNCATE intelligence.observation']) {
    await expect(enrichment.pool.query(statement)).rejects.toThrow('permission denied');
  }
});
