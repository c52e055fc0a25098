import { Readable } from 'node:stream';
import { TOPICS } from '@weir/contracts';
import { inTransaction } from '@weir/postgres';
import { expect, test } from 'vitest';
import { messageOf, openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { feedFile } from '../../../../tools/testing/feed-stories.js';
import { observationStory } from '../../../../tools/testing/observation-stories.js';
import { randomChoices, type Random } from '../../../../tools/testing/random-choice.js';
import { advisoryCache } from '../enrich-package/advisory-cache.js';
import { assessPackage } from '../enrich-package/assess-package.js';
import { enrichObservations } from '../enrich-package/enrich-observations.js';
import { readKnowledge } from '../enrich-package/read-knowledge.js';
import { readVulnerabilities } from '../inventory/known-vulnerabilities.js';
import { lockInventory } from '../inventory/read-inventory.js';
import { reassessBatch } from './reassess-batch.js';

const STEPS = 80;
const SEEDS = [11, 12, 13, 14, 15, 16];

/** One of the things that happen, in any order: a feed, observations, a look at the queue, a crash before or after publishing. */
const happen = async (
  enrichment: TestEnrichment,
  random: Random,
  step: number,
  story: ReturnType<typeof observationStory>,
): Promise<void> => {
  enrichment.clock.now = new Date(Date.UTC(2026, 6, 1, step)).toISOString();
  switch (random(6)) {
    case 0:
    case 1: {
      const { kind, text } = feedFile(random, step);
      expect(await enrichment.load(kind, Readable.from([Buffer.from(text)]))).not.toHaveProperty('refused');
      return;
    }
    case 2:
    case 3:
      return enrichObservations(
        enrichment.work,
        story.slice(step * 4, step * 4 + 4).map((observed) => messageOf(observed)),
      );
    case 4:
      await reassessBatch(enrichment.work, 1 + random(4));
      return;
    default:
      await crashIn(enrichment, 1 + random(4), random(2) === 0);
  }
};

const crashIn = async (enrichment: TestEnrichment, limit: number, isPublished: boolean): Promise<void> => {
  const publish: TestEnrichment['topics']['publish'] = async (messages) => {
    if (isPublished) await enrichment.topics.publish(messages);
    throw new Error('killed');
  };
  await reassessBatch({ ...enrichment.work, topics: { ...enrichment.topics, publish } }, limit).catch(
    (fault: unknown) => expect(fault).toMatchObject({ message: 'killed' }),
  );
};

/** The digest of each present package's facts as they are built now, from nothing that is remembered. */
const builtNow = (enrichment: TestEnrichment): Promise<Record<string, string>> =>
  inTransaction(enrichment.pool, async (client) => {
    const { rows } = await client.query<{ key: string }>(
      `SELECT package_key AS key FROM intelligence.inventory WHERE presence = 'present'`,
    );
    const entries = await lockInventory(
      client,
      rows.map(({ key }) => key),
    );
    const known = await readVulnerabilities(client, [...entries.keys()]);
    const knowledge = await readKnowledge(
      client,
      advisoryCache(1024 * 1024),
      [...entries.values()].map((entry) => entry.package),
    );
    return Object.fromEntries(
      [...entries].map(([key, entry]) => [
        key,
        assessPackage(entry, knowledge, known.get(key) ?? new Map(), 'a time that no facts know').digest,
      ]),
    );
  });

const digestsOf = async ({ pool }: TestEnrichment): Promise<Record<string, string>> => {
  const { rows } = await pool.query<{ key: string; digest: string }>(
    `SELECT package_key AS key, facts_digest AS digest FROM intelligence.inventory WHERE presence = 'present'`,
  );
  return Object.fromEntries(rows.map(({ key, digest }) => [key, digest]));
};

/** What evaluation ends with: the newest facts of each package over both lanes. */
const toldLast = async (enrichment: TestEnrichment): Promise<Record<string, string | null>> => {
  const all = [...(await enrichment.enriched(TOPICS.enriched)), ...(await enrichment.enriched(TOPICS.enrichedByFeed))];
  const newest = new Map<string, (typeof all)[number]['envelope']>();
  for (const {
    message: { key },
    envelope,
  } of all)
    if ((newest.get(key)?.sequence ?? 0) <= envelope.sequence) newest.set(key, envelope);
  return Object.fromEntries(
    [...newest]
      .filter(([, { presence }]) => presence === 'present')
      .map(([key, { factsDigest }]) => [key, factsDigest]),
  );
};

test.each(SEEDS)(
  'after any observations, feeds and crashes building all facts anew changes nothing, and all were told (story %i)',
  async (seed) => {
    const enrichment = await openTestEnrichment();
    try {
      const random = randomChoices(seed);
      const story = observationStory(random, STEPS * 4);
      for (let step = 0; step < STEPS; step += 1) await happen(enrichment, random, step, story);
      await enrichment.reassess();
      const full = await builtNow(enrichment);
      expect(Object.keys(full).length).toBeGreaterThan(4);
      expect(await digestsOf(enrichment)).toEqual(full);
      expect(await toldLast(enrichment)).toEqual(full);
      expect((await enrichment.enriched(TOPICS.enrichedByFeed)).length, 'feeds changed something').toBeGreaterThan(2);
    } finally {
      await enrichment.close();
    }
  },
  120_000,
);
