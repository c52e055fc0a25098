import { kevCatalogue } from '../../harness/kev-catalogue.ts';
import type { Advisory, Feed, LoadStep } from '../story.ts';
import type { StoryNames } from '../story-names.ts';
import { send, sendJson, type Answer } from './send.ts';

/** What the feeds of one Weir say: they are one for all its stories, so each file says again what was said before. */
export interface StoryFeeds {
  tell(names: StoryNames, step: Omit<LoadStep, 'do' | 'feeds'>): void;
  /** Loads the feed as it is now; what Weir answered. */
  load(url: string, feed: Feed, now: Date): Promise<Answer>;
}

/** So that a CVE that is taken away is a small part of all that are known. */
const FILLERS = 200;

export const createStoryFeeds = (): StoryFeeds => {
  const advisories = new Map<
    string,
    { readonly told: Advisory; readonly cve: string; readonly product: string; readonly malware: string }
  >();
  const scores = new Map(Array.from({ length: FILLERS }, (_, i) => [`CVE-2029-${10_000 + i}`, 0.001]));
  const exploited = new Set(['CVE-2029-10000']);
  /** Advisories that the next OSV file holds; the file need not hold those that stay. */
  const changed = new Set<string>();

  const bodies: Readonly<Record<Feed, (now: Date) => string>> = {
    osv: (now) => {
      const records = [...changed].flatMap((id) => {
        const advisory = advisories.get(id);
        return advisory ? [osvRecord(id, advisory, now)] : [];
      });
      changed.clear();
      return [...records, FILLER_RECORD].map((record) => `${JSON.stringify(record)}\n`).join('');
    },
    epss: (now) => {
      const rows = [...scores].map(([cve, score]) => `${cve},${score},0.5`);
      return [
        `#model_version:v2025.03.14,score_date:${now.toISOString().slice(0, 10)}T00:00:00+0000`,
        'cve,epss,percentile',
        ...rows,
        '',
      ].join('\n');
    },
    kev: (now) => JSON.stringify(kevCatalogue([...exploited], now)),
  };

  return {
    tell: (names, { advisories: told = {}, scores: given = {}, exploited: listed = {} }) => {
      for (const [local, advisory] of Object.entries(told)) {
        const id = names.advisoryId(local);
        advisories.set(id, {
          told: advisory,
          cve: names.cve(local),
          product: names.product(advisory.product),
          malware: `MAL-2030-${names.prefix}-${local}`,
        });
        changed.add(id);
      }
      for (const [local, score] of Object.entries(given)) scores.set(names.cve(local), score);
      for (const [local, isListed] of Object.entries(listed))
        if (isListed) exploited.add(names.cve(local));
        else exploited.delete(names.cve(local));
    },
    load: async (url, feed, now) => {
      const answer = await send(url, `/v1/feeds/${feed}?name=stories`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: bodies[feed](now),
      });
      return answer.status === 200 ? acceptWhatWaits(url, feed, answer) : answer;
    },
  };
};

/**
 * What a file takes away waits for a second day: here a person lets it in at once, so that the model knows no days. Whoever
 * got no answer sends it once more, and is told that it is in force.
 */
const acceptWhatWaits = async (url: string, feed: Feed, loaded: Answer): Promise<Answer> => {
  const { awaited, content } = JSON.parse(loaded.body) as { readonly awaited: number; readonly content: string };
  if (awaited === 0) return loaded;
  const accepted = await sendJson(url, `/v1/feeds/${feed}/accept`, {
    content,
    by: 'stories',
    because: 'the story goes on',
  });
  return accepted.status === 409 && accepted.body.includes('in force already') ? loaded : accepted;
};

const FILLER_RECORD = {
  schema_version: '1.6.0',
  id: 'GHSA-filler',
  modified: '2020-01-01T00:00:00Z',
  published: '2020-01-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'no-story-has-this' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
    },
  ],
};

const osvRecord = (
  id: string,
  {
    told,
    cve,
    product,
    malware,
  }: { readonly told: Advisory; readonly cve: string; readonly product: string; readonly malware: string },
  now: Date,
): object => ({
  schema_version: '1.6.0',
  id,
  modified: now.toISOString(),
  published: '2030-01-01T00:00:00Z',
  summary: `An advisory about ${product}`,
  ...(told.withdrawn === true && { withdrawn: now.toISOString() }),
  aliases: told.malicious === true ? [cve, malware] : [cve],
  affected: [
    {
      package: { ecosystem: 'npm', name: product },
      ranges: [
        { type: 'SEMVER', events: [{ introduced: '0' }, ...(told.fixed === null ? [] : [{ fixed: told.fixed }])] },
      ],
    },
  ],
});
