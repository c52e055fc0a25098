import { kevCatalogue } from '../../harness/kev-catalogue.ts';
import { PACKAGES, packageName } from './draw-event.ts';

export type FeedKind = 'osv' | 'epss' | 'kev';

/** What the feeds say by turns about a part of the packages, so that these are judged again. */
export interface FeedDrawing {
  draw(feed: FeedKind, now: Date): string;
}

const ADVISED = PACKAGES / 10;
const ADVISORIES_IN_A_FILE = 40;
/** Below, between and above the thresholds that the policies take. */
const SCORES = [0.01, 0.15, 0.3, 0.7] as const;
const SHARE_MOVED = 0.3;
const SHARE_LISTED = 0.3;
const DAY_MS = 86_400_000;
/** More catalogues than a run draws. */
const DAYS_OF_CATALOGUES = 5_000;
/** The catalogue is never empty: such a file is refused. */
const ALWAYS_LISTED = 'CVE-2029-10000';

const cveOf = (index: number): string => `CVE-2030-${10_000 + index}`;

export const createFeedDrawing = (random: () => number): FeedDrawing => {
  const indexes = Array.from({ length: ADVISED }, (_, index) => index);
  const scores = new Map<number, number>();
  let isFirstOsv = true;
  let catalogues = 0;
  const files: Readonly<Record<FeedKind, (now: Date) => string>> = {
    osv: (now) => {
      const told = isFirstOsv ? indexes : indexes.filter(() => random() < ADVISORIES_IN_A_FILE / ADVISED);
      isFirstOsv = false;
      // One stays, so that the file is never empty.
      return [0, ...told].map((index) => `${JSON.stringify(advisory(index, random, now))}\n`).join('');
    },
    // Every file has every CVE: one that lacks many would count as a part of a file.
    epss: (now) => {
      for (const index of indexes)
        if (!scores.has(index) || random() < SHARE_MOVED) scores.set(index, pick(SCORES, random));
      const rows = indexes.map((index) => `${cveOf(index)},${scores.get(index) ?? 0},0.5`);
      const day = now.toISOString().slice(0, 10);
      const head = `#model_version:v2025.03.14,score_date:${day}T00:00:00+0000`;
      return [head, 'cve,epss,percentile', ...rows, ''].join('\n');
    },
    // Each is of the day after the one before: what two of them leave out goes away.
    kev: (now) => {
      const released = new Date(now.getTime() + (catalogues - DAYS_OF_CATALOGUES) * DAY_MS);
      catalogues += 1;
      const use = (): 'Known' | 'Unknown' => (random() < 0.5 ? 'Known' : 'Unknown');
      return JSON.stringify(kevCatalogue([ALWAYS_LISTED, ...listed(indexes, random)], released, use));
    },
  };
  return { draw: (feed, now) => files[feed](now) };
};

const pick = <Item>(items: readonly [Item, ...Item[]], random: () => number): Item =>
  items[Math.floor(random() * items.length)] ?? items[0];

const listed = (indexes: readonly number[], random: () => number): readonly string[] =>
  indexes.filter(() => random() < SHARE_LISTED).map(cveOf);

/** It concerns version 1.0.0, or does not any more, or is withdrawn. */
const advisory = (index: number, random: () => number, now: Date): object => ({
  schema_version: '1.6.0',
  id: `GHSA-flts-${index}`,
  modified: now.toISOString(),
  published: '2030-01-01T00:00:00Z',
  summary: `An advisory about ${packageName(index)}`,
  aliases: [cveOf(index)],
  ...(random() < 0.1 && { withdrawn: now.toISOString() }),
  affected: [
    {
      package: { ecosystem: 'npm', name: packageName(index) },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: random() < 0.7 ? '1.0.1' : '0.9.0' }] }],
    },
  ],
});
