import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestEnrichment, type TestEnrichment } from '../../../../tools/testing/enrichment-for-tests.js';
import { mutableEpss, mutableKev, mutableOsv, type MutableFeed } from '../../../../tools/testing/mutate-feeds.js';
import { randomChoices } from '../../../../tools/testing/random-choice.js';
import type { FeedRefused, LoadedFeed } from './feed.js';

// A new seed each time; FEED_SEED repeats one, FEED_MUTATIONS=1000 looks at more.
const SEED = Number(process.env['FEED_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const ROUNDS = Number(process.env['FEED_MUTATIONS'] ?? 120);

let enrichment: TestEnrichment;

beforeAll(async () => {
  enrichment = await openTestEnrichment();
});

afterAll(() => enrichment.close());

/** What holds packages back, as text by key; and whether what is there now holds back as much. */
interface Held {
  readonly sql: string;
  readonly holds: (before: readonly unknown[], after: readonly unknown[]) => boolean;
}

const entriesOf = (affected: unknown): readonly string[] =>
  (JSON.parse(typeof affected === 'string' ? affected : '[]') as readonly unknown[]).map((entry) =>
    JSON.stringify(entry),
  );

/** Invariant of each: what is known of an entry is at least what was known of it. */
const HELD: Readonly<Record<MutableFeed['kind'], Held>> = {
  epss: {
    sql: 'SELECT cve, score, percentile FROM intelligence.epss_score',
    holds: ([score, percentile], [scoreNow, percentileNow]) =>
      Number(scoreNow) >= Number(score) && Number(percentileNow) >= Number(percentile) - 0.01,
  },
  kev: {
    sql: `SELECT cve, ransomware, coalesce(due_date::text, '9999') FROM intelligence.kev`,
    holds: ([ransomware, due], [ransomwareNow, dueNow]) =>
      (ransomwareNow === true || ransomware === false) && String(dueNow) <= String(due),
  },
  osv: {
    sql: `SELECT a.id, a.withdrawn_at IS NULL,
                 (SELECT string_agg(x.ecosystem || ' ' || x.package_name, ',' ORDER BY x.ecosystem, x.package_name)
                    FROM intelligence.advisory_affects x WHERE x.advisory_id = a.id), (a.record::jsonb -> 'affected')::text
            FROM intelligence.advisory a`,
    holds: ([, names, affected], [isInForce, namesNow, affectedNow]) => {
      const now = new Set(entriesOf(affectedNow));
      return (
        isInForce === true &&
        String(names)
          .split(',')
          .every((name) => String(namesNow).split(',').includes(name)) &&
        entriesOf(affected).every((entry) => now.has(entry))
      );
    },
  },
};

const known = async (kind: MutableFeed['kind']): Promise<ReadonlyMap<string, readonly unknown[]>> => {
  const { rows } = await enrichment.pool.query<unknown[]>({ text: HELD[kind].sql, rowMode: 'array' });
  return new Map(rows.map(([key, ...said]) => [String(key), said]));
};

const released = (
  kind: MutableFeed['kind'],
  before: ReadonlyMap<string, readonly unknown[]>,
  after: ReadonlyMap<string, readonly unknown[]>,
): readonly string[] =>
  [...before].flatMap(([key, said]) => {
    const now = after.get(key);
    return now !== undefined && HELD[kind].holds(said, now) ? [] : [`${key}: ${String(said)} became ${String(now)}`];
  });

const load = (kind: MutableFeed['kind'], bytes: Buffer): Promise<LoadedFeed | FeedRefused> =>
  enrichment.load(kind, Readable.from(bytes.length > 0 ? [bytes] : []));

const CURE = /\b(?:fetch|send|load|set|mend|use|raise|split|take|name|compress)\b/i;
/** Refusals that no line has: of bytes that are no text, and of the whole file. */
const OF_THE_WHOLE = /empty|gzip|zip archive|grows|is of \d{4}|is not UTF-8|more than|\/[\w/]+ /;

const expectLineAndCure = ({ refused }: FeedRefused, what: string): void => {
  expect(refused.detail, what).toMatch(CURE);
  if (OF_THE_WHOLE.test(refused.detail)) return;
  expect(refused.line, `${what}: ${refused.detail}`).toBeGreaterThan(0);
};

// After the newest record of the examples: one that is ahead is older than all others.
const FIRST_DAY = Date.parse('2026-11-22T12:00:00.000Z');
const DAY_MS = 86_400_000;

describe(`files with which something went wrong (${ROUNDS} of each feed, FEED_SEED=${SEED})`, () => {
  test.each<[string, MutableFeed]>([
    ['EPSS', mutableEpss(600)],
    ['KEV', mutableKev(400)],
    ['OSV', mutableOsv(120)],
  ])(
    '%s: nothing that was held is released, a refusal names line and cure, and the true file of the same day loads',
    async (_, feed) => {
      const { kind } = feed;
      const random = randomChoices(SEED);
      enrichment.clock.now = new Date(FIRST_DAY).toISOString();
      await load(kind, feed.trueFile(enrichment.clock.now.slice(0, 10)));
      const truth = await known(kind);
      const outcomes = new Map<string, number>();
      for (let round = 1; round <= ROUNDS; round += 1) {
        enrichment.clock.now = new Date(FIRST_DAY + round * DAY_MS).toISOString();
        const day = enrichment.clock.now.slice(0, 10);
        const { what, bytes } = feed.mutate(random, day);
        const where = `round ${round}, ${what}`;
        const answer = await load(kind, bytes);
        if ('refused' in answer) expectLineAndCure(answer, where);
        expect(released(kind, truth, await known(kind)), where).toEqual([]);
        const next = await load(kind, feed.trueFile(day));
        expect(next, `${where}: the true file`).toMatchObject({ skippedRecords: 0, awaited: 0, heldBack: null });
        expect(released(kind, truth, await known(kind)), `${where}: the true file`).toEqual([]);
        const outcome = 'refused' in answer ? 'refused' : answer.heldBack ? 'held back' : 'loaded';
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
      expect([...outcomes.keys()].sort(), 'all that may come of a file came of one').toEqual(
        kind === 'osv' ? ['loaded', 'refused'] : ['held back', 'loaded', 'refused'],
      );
    },
    600_000,
  );
});
