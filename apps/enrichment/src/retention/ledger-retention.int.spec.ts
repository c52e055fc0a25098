import { TOPICS, type PackageObserved } from '@weir/contracts';
import { deleteOld, scrape } from '@weir/service';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  observedOf,
  openTestEnrichment,
  readEnriched,
  type Enriched,
  type TestEnrichment,
} from '../../../../tools/testing/enrichment-for-tests.js';
import { chanceOf, givenSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { compareInventory } from '../rebuild-inventory/compare-inventory.js';
import { rebuildInventory } from '../rebuild-inventory/rebuild-inventory.js';
import { ledgerRetention } from './ledger-retention.js';

const DAY_MS = 86_400_000;
const DAYS = 30;

/** Never forgets. */
let whole: TestEnrichment;
/** Forgets what is older than 30 days. */
let ended: TestEnrichment;
beforeAll(async () => {
  [whole, ended] = await Promise.all([openTestEnrichment(), openTestEnrichment()]);
});
afterAll(() => Promise.all([whole.close(), ended.close()]));

const day = (number: number): Date => new Date(Date.UTC(2022, 0, 1, 10) + number * DAY_MS);

const setClock = (now: Date): void => {
  for (const { clock } of [whole, ended]) clock.now = now.toISOString();
};
const forget = (now: Date): Promise<number> =>
  deleteOld(ended.pool, ledgerRetention, new Date(now.getTime() - DAYS * DAY_MS));

/** What is told of observations, in order. */
const send = async (enrichment: TestEnrichment, ...some: readonly PackageObserved[]): Promise<readonly Enriched[]> => {
  const from = (await enrichment.topics.ends(TOPICS.enriched))[0] ?? 0;
  await enrichment.observe(...some);
  return (await enrichment.topics.peek(TOPICS.enriched, 0, from, 1_000)).map(readEnriched);
};

const rowsOf = async (
  { pool }: TestEnrichment,
  key = '%',
): Promise<readonly { key: string; id: string; ordinal: number }[]> =>
  (
    await pool.query<{ key: string; id: string; ordinal: number }>(
      'SELECT package_key AS key, id, ordinal FROM intelligence.observation WHERE package_key LIKE $1 ORDER BY 1, 3',
      [key],
    )
  ).rows;

const inventoryOf = async ({ pool }: TestEnrichment): Promise<readonly unknown[]> =>
  (await pool.query<object>('SELECT * FROM intelligence.inventory ORDER BY package_key')).rows;

const passedOver = async (): Promise<number> =>
  Number(/^weir_observations_forgotten_total (\d+)$/m.exec((await scrape()).text)?.[1] ?? 0);

const at = (date: Date): string => date.toISOString();
const again = (observed: PackageObserved, now: Date): PackageObserved => ({
  ...observed,
  observation: { ...observed.observation, receivedAt: at(now), actor: 'somebody' },
});

describe('what was observed long ago', () => {
  const purl = 'pkg:npm/forgotten@1.0.0';
  const key = `default/npm-dev/${purl}`;
  const published = observedOf(purl, { metadata: { license: 'MIT' }, at: at(day(0)) });
  const deleted = observedOf(purl, { kind: 'deleted', at: at(day(1)) });

  test('leaves the ledger, all but the last of a package, and changes nothing when it is sent again', async () => {
    setClock(day(1));
    await ended.observe(published, deleted);
    setClock(day(40));
    expect(await forget(day(40))).toBe(1);
    expect(await rowsOf(ended, key)).toMatchObject([{ id: deleted.observation.id, ordinal: 2 }]);
    const [before, passed] = [await inventoryOf(ended), await passedOver()];
    expect(await send(ended, again(published, day(40)))).toEqual([]);
    expect(await inventoryOf(ended), 'the package stays deleted').toEqual(before);
    expect(await passedOver()).toBe(passed + 1);
    expect(await forget(day(40)), 'there is nothing more').toBe(0);
  });

  test('is told as it was while it is the last', async () => {
    expect(await send(ended, again(deleted, day(40)))).toMatchObject([
      { envelope: { sequence: 2, presence: 'deleted' } },
    ]);
  });

  test('is what the next observation and the inventory stand on', async () => {
    const download = observedOf(purl, { kind: 'downloaded', at: at(day(40)) });
    expect(await send(ended, download)).toMatchObject([{ envelope: { sequence: 3, presence: 'deleted' } }]);
    expect(await rowsOf(ended, key)).toMatchObject([{ ordinal: 2 }, { ordinal: 3 }]);
    const rebuilt = await rebuildInventory(ended.work, () => day(40));
    expect(rebuilt).toMatchObject({ mended: 0, lost: 0 });
  });

  test('is no reason to pass over what is new of a package that nobody saw, however long ago it happened', async () => {
    const old = observedOf('pkg:npm/imported@1.0.0', { at: at(day(0)) });
    const older = observedOf('pkg:npm/imported@1.0.0', { kind: 'downloaded', at: at(day(-300)) });
    expect(await send(ended, again(old, day(40)))).toHaveLength(1);
    expect(await send(ended, again(older, day(40)))).toHaveLength(1);
    expect(await send(ended, again(older, day(40))), 'and it is known from then on').toHaveLength(1);
    expect(await rowsOf(ended, '%imported%')).toHaveLength(2);
  });

  test('stays while its own time has not come: a registry whose clock is ahead is not counted twice', async () => {
    const ahead = {
      ...observedOf('pkg:npm/ahead@1.0.0', { at: at(day(40)) }),
    };
    const told = { ...ahead, observation: { ...ahead.observation, occurredAt: at(day(400)) } };
    await ended.observe(told, observedOf('pkg:npm/ahead@1.0.0', { kind: 'downloaded', at: at(day(40)) }));
    await forget(day(100));
    expect(await rowsOf(ended, '%ahead%')).toHaveLength(2);
    await forget(day(431));
    expect(await rowsOf(ended, '%ahead%')).toHaveLength(1);
  });

  test('also where a version before told nothing but the name', async () => {
    const name = 'pkg:npm/unknown@1.0.0';
    const [first, second, third] = [0, 1, 2].map((number) =>
      observedOf(name, { at: at(day(500 + number)), id: `unknown-${number}` }),
    );
    if (!first || !second || !third) throw new Error('three were made');
    setClock(day(502));
    await ended.observe(first);
    await ended.asOwner(
      `UPDATE intelligence.observation SET observed = NULL, sequence = NULL, state = NULL WHERE id = 'unknown-0'`,
    );
    await ended.observe(second, third);
    setClock(day(560));
    await forget(day(560));
    expect(await rowsOf(ended, '%unknown%')).toMatchObject([{ ordinal: 3 }]);
    expect(await send(ended, again(first, day(560)), again(second, day(560)))).toEqual([]);
    expect(await compareInventory(ended.pool)).toMatchObject({ differing: 0 });
  });
});

test('what is young stays, whoever asks: the database itself refuses', async () => {
  const now = new Date();
  setClock(now);
  await ended.observe(
    observedOf('pkg:npm/young@1.0.0', { at: at(now) }),
    observedOf('pkg:npm/young@1.0.0', { kind: 'downloaded', at: at(now) }),
  );
  expect(await deleteOld(ended.pool, ledgerRetention, new Date(now.getTime() + DAY_MS))).toBeGreaterThanOrEqual(0);
  expect(await rowsOf(ended, '%young%')).toHaveLength(2);
});

const PURLS = ['a@1', 'a@2', 'b@1', 'c@1'].map((name) => `pkg:npm/${name}.0.0`);

const anObservation = (chance: Chance, now: Date, id: string): PackageObserved => {
  const kind = chance.pick(['published', 'published', 'copied', 'deleted', 'downloaded', 'downloaded'] as const);
  const observed = observedOf(chance.pick(PURLS), {
    kind,
    repository: chance.pick(['dev', 'prod']),
    metadata: kind === 'published' || chance.happens(0.2) ? { license: chance.pick(['MIT', 'ISC', null]) } : null,
    at: at(now),
    id,
  });
  const late = new Date(now.getTime() - chance.below(3 * DAY_MS));
  return { ...observed, observation: { ...observed.observation, occurredAt: at(late) } };
};

/** More by hand. */
const STEPS = Number(process.env['STEPS'] ?? 40);

const seed = givenSeed();
test(`random histories with the ledger ended at random moments tell the same: from seed ${seed}`, async () => {
  console.log(`SEED=${seed} STEPS=${STEPS} npx vitest run --project integration apps/enrichment/src/retention`);
  const chance = chanceOf(seed);
  const [told, toldAt] = [[] as PackageObserved[], new Map<string, Date>()];
  let forgotten = 0;
  for (let [step, now] = [0, 600]; step < STEPS; step += 1, now += chance.below(12)) {
    const [date, batch] = [new Date(day(now).getTime() + step), [] as PackageObserved[]];
    setClock(date);
    const known = new Set((await rowsOf(ended)).map(({ id }) => id));
    const most = step === 5 ? 130 : 1 + chance.below(5);
    for (let number = 0; number < most; number += 1) {
      const isRepeat = told.length > 0 && chance.happens(0.4);
      const one = isRepeat ? again(chance.pick(told), date) : anObservation(chance, date, `${seed}-${step}-${number}`);
      batch.push(one);
      if (isRepeat) continue;
      told.push(one);
      toldAt.set(one.observation.id, date);
      known.add(one.observation.id);
    }
    for (const { observation } of batch.filter(({ observation: { id } }) => !known.has(id))) {
      forgotten += 1;
      const age = date.getTime() - (toldAt.get(observation.id)?.getTime() ?? 0);
      expect(age, `${observation.id} is remembered for ${DAYS} days`).toBeGreaterThan(DAYS * DAY_MS);
    }
    const all = await send(whole, ...batch);
    const some = await send(ended, ...batch);
    const isKnown = batch.map(({ observation: { id } }) => known.has(id));
    expect(some.map(({ envelope, facts }) => ({ envelope, facts }))).toEqual(
      all.filter((_, index) => isKnown[index]).map(({ envelope, facts }) => ({ envelope, facts })),
    );
    if (chance.happens(0.3)) await forget(date);
    if (step % 10 === 0) expect(await compareInventory(ended.pool)).toMatchObject({ differing: 0 });
  }
  expect(forgotten, 'some repeats came too late to be known').toBeGreaterThan(3);
  const mine = (rows: readonly unknown[]): readonly unknown[] =>
    rows.filter((row) => /default\/(?:dev|prod)\//.test((row as { package_key: string }).package_key));
  expect(mine(await inventoryOf(ended))).toEqual(mine(await inventoryOf(whole)));
  const rows = await rowsOf(ended, 'default/%/pkg:npm/_@%');
  expect(rows.length).toBeLessThan((await rowsOf(whole)).length / 3);
  expect(await rebuildInventory(ended.work, () => day(2_000))).toMatchObject({ mended: 0, lost: 0 });
}, 60_000);
