import { Readable } from 'node:stream';
import { TOPICS } from '@weir/contracts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  messageOf,
  observedOf,
  openTestEnrichment,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import { observationStory } from '../../../../tools/testing/observation-stories.js';
import { randomChoices } from '../../../../tools/testing/random-choice.js';
import { enrichObservations } from '../enrich-package/enrich-observations.js';
import { rebuildInventory, type Rebuilt } from './rebuild-inventory.js';

let enrichment: TestEnrichment;

beforeEach(async () => {
  enrichment = await openTestEnrichment();
});

afterEach(() => enrichment.close());

const rebuild = (): Promise<Rebuilt> => rebuildInventory(enrichment.work, () => new Date(enrichment.clock.now));

interface Row {
  readonly sequence?: string;
}

const read = async (table: string, order: string): Promise<readonly Row[]> =>
  (await enrichment.pool.query<Row>(`SELECT * FROM intelligence.${table} ORDER BY ${order}`)).rows;
const inventory = (): Promise<readonly Row[]> => read('inventory', 'package_key');
const index = (): Promise<readonly Row[]> => read('inventory_vulnerability', 'package_key, vulnerability_id');
const withoutNumbers = (rows: readonly Row[]): readonly Row[] => rows.map(({ sequence: _, ...others }) => others);

const advisory = (id: string, ecosystem: string, fixed: string) =>
  JSON.stringify({
    id,
    modified: '2026-05-01T00:00:00Z',
    aliases: [`CVE-2026-${id.slice(-4)}`],
    affected: [
      {
        package: { ecosystem, name: 'story' },
        ranges: [{ type: ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });

const load = (...records: readonly string[]) =>
  enrichment.load('osv', Readable.from([Buffer.from(records.join('\n'))]));

/** Plays a story in batches of all sizes, with a load of advisories in its midst. */
const play = async (seed: number): Promise<void> => {
  const random = randomChoices(seed);
  const story = observationStory(random, 150);
  for (let from = 0; from < story.length;) {
    const size = 1 + random(20);
    await enrichObservations(
      enrichment.work,
      story.slice(from, from + size).map((observed) => messageOf(observed)),
    );
    if (from < 75 && from + size >= 75)
      await load(advisory('GHSA-1001', 'npm', '1.2.0'), advisory('GHSA-1002', 'PyPI', '3.0'));
    from += size;
  }
  await enrichment.reassess();
};

const SEEDS = [1, 2, 3, 5, 8];

describe('the inventory is the fold of the ledger', () => {
  test.each(SEEDS)('made again where it stands it is what it was (story %i)', async (seed) => {
    await play(seed);
    const before = [await inventory(), await index()];
    const rows = await read('observation', 'id');
    expect(await rebuild()).toEqual({
      packages: before[0]?.length,
      observations: rows.length,
      mended: 0,
      queued: 0,
      lost: 0,
    });
    expect([await inventory(), await index()]).toEqual(before);
  });

  test.each(SEEDS)('when it was lost it is what it was but for higher numbers of facts (story %i)', async (seed) => {
    await play(seed);
    const [entries, vulnerabilities] = [await inventory(), await index()];
    const present = entries.filter((entry) => 'presence' in entry && entry.presence === 'present').length;
    await enrichment.asOwner('TRUNCATE intelligence.inventory');
    expect(await rebuild()).toMatchObject({
      packages: entries.length,
      mended: entries.length,
      queued: present,
      lost: 0,
    });
    expect(await enrichment.reassess(), 'what was told last is not known, so it is told again').toBe(present);
    expect(withoutNumbers(await inventory())).toEqual(withoutNumbers(entries));
    expect(await index()).toEqual(vulnerabilities);
    const numbers = new Map(
      (await inventory()).map((row) => [JSON.stringify({ ...row, sequence: 0 }), Number(row.sequence)]),
    );
    for (const entry of entries)
      expect(numbers.get(JSON.stringify({ ...entry, sequence: 0 }))).toBeGreaterThan(Number(entry.sequence) + 900_000);
  });

  test.each(SEEDS)('when it is damaged it is mended, and mending it again changes nothing (story %i)', async (seed) => {
    await play(seed);
    const before = [await inventory(), await index()];
    await enrichment.asOwner(
      `UPDATE intelligence.inventory SET metadata = '{"license":"Damaged"}', presence = 'present', first_seen_at = now()
        WHERE package_name = 'story'`,
    );
    expect((await rebuild()).mended).toBeGreaterThan(0);
    expect(await rebuild()).toMatchObject({ mended: 0 });
    expect([await inventory(), await index()]).toEqual(before);
  });

  test('while a package is observed on and on, neither loses anything', async () => {
    await play(13);
    let isDone = false;
    const rebuilding = rebuild().finally(() => {
      isDone = true;
    });
    let count = 0;
    do {
      count += 1;
      await enrichObservations(enrichment.work, [
        messageOf(observedOf('pkg:npm/story@1.0.0', { kind: 'downloaded', repository: 'dev' })),
      ]);
    } while (!isDone);
    await rebuilding;
    expect(await rebuild()).toMatchObject({ mended: 0 });
    const told = (await enrichment.enriched(TOPICS.enriched)).slice(-count).map(({ envelope }) => envelope.sequence);
    expect(told).toEqual(Array.from({ length: count }, (_, i) => (told[0] ?? 0) + i));
  });
});

describe('what was observed before there was a ledger', () => {
  test('stands as it is in the inventory, and later observations are folded on it', async () => {
    await enrichObservations(enrichment.work, [
      messageOf(observedOf('pkg:npm/old@1.0.0', { id: 'old', metadata: { license: 'MIT' } })),
      messageOf(observedOf('pkg:npm/older@1.0.0', { id: 'older', metadata: { license: 'ISC' } })),
    ]);
    await enrichment.asOwner('UPDATE intelligence.observation SET observed = NULL, sequence = NULL');
    await enrichObservations(enrichment.work, [
      messageOf(observedOf('pkg:npm/old@1.0.0', { kind: 'downloaded', at: '2026-06-20T00:00:00.000Z' })),
    ]);
    const before = await inventory();
    expect(await rebuild()).toEqual({ packages: 2, observations: 3, mended: 0, queued: 0, lost: 0 });
    expect(await inventory()).toEqual(before);
    await enrichment.asOwner('TRUNCATE intelligence.inventory');
    expect(await rebuild(), 'of the older one nobody knows anything').toMatchObject({
      packages: 2,
      mended: 1,
      lost: 1,
    });
    expect(await inventory()).toMatchObject([
      { package_name: 'old', metadata: '{"license":"MIT"}', last_downloaded_at: new Date('2026-06-20T00:00:00.000Z') },
    ]);
  });
});

test('a feed that was loaded and not looked at yet brings its own time when it is', async () => {
  await enrichObservations(enrichment.work, [
    messageOf(observedOf('pkg:npm/story@1.0.0', { at: '2026-06-01T00:00:00.000Z' })),
  ]);
  await load(advisory('GHSA-1001', 'npm', '2.0.0'));
  enrichment.clock.now = '2026-06-20T00:00:00.000Z';
  expect(await rebuild()).toMatchObject({ mended: 0, queued: 1 });
  await enrichment.reassess();
  expect(await index()).toMatchObject([
    { vulnerability_id: 'CVE-2026-1001', first_seen_at: new Date('2026-06-14T12:00:00.000Z') },
  ]);
});
