import type { PackagePage, PackageSummary } from '@weir/contracts';
import type { Weir } from '../compose/start-weir.js';
import { demoSnapshot } from './demo-snapshot.js';
import type { StoryClock } from './story-clock.js';
import type { WeirClient } from './weir-client.js';

/** A package as it stands after the story, with where it stood before the second day. */
export interface DemoPackage {
  readonly purl: string;
  readonly repository: string;
  readonly state: string;
  readonly tags: readonly string[];
  readonly reasons: readonly string[];
  readonly before: { readonly state: string; readonly tags: readonly string[] };
  readonly decision: {
    readonly id: string;
    readonly policy: string | null;
    readonly revision: number | null;
    readonly decidedAt: string;
  };
}

export interface DemoReport {
  readonly events: number;
  readonly decisions: number;
  readonly epssChanged: number;
  /** Packages that were judged again because scores moved. */
  readonly reevaluated: number;
  /** Those of them that came out otherwise, for a state, a tag or a reason. */
  readonly decidedAnew: number;
  readonly packages: readonly DemoPackage[];
  readonly durationMs: number;
}

const FIRST_DAY = '2026-06-14';
const SECOND_DAY = '2026-08-02';
const BATCH = 100;

/** When the story begins: its catalogue of exploited vulnerabilities is of the day before, and no file is of the future. */
export const storyBegins = '2026-07-25T12:00:00.000Z';

/**
 * Plays the story on a fresh system through its HTTP interface: feeds and policies, a few hundred publications, then
 * the EPSS scores of a second day.
 */
export const playDemo = async (
  weir: Weir,
  client: WeirClient,
  clock: StoryClock,
  progress: (line: string) => void,
): Promise<DemoReport> => {
  const started = performance.now();
  await loadFeeds(client, progress);
  await activatePolicies(client, progress);
  const events = await publishPackages(client, progress);
  await weir.settled();
  const before = await readPackages(client);
  progress(`${count(before)} after the first day`);
  clock.jumpTo(`${SECOND_DAY}T12:00:00.000Z`);
  const scores = await client.upload<FeedResult>('/v1/feeds/epss', demoSnapshot.scores(SECOND_DAY));
  progress(`EPSS scores of ${SECOND_DAY}: ${scores.changed} moved, ${scores.affectedPackages} packages concerned`);
  await weir.settled();
  const after = await readPackages(client);
  progress(`${count(after)} after the second day`);
  const { total, byScores, changedByScores } = await weir.countDecisions();
  return {
    events,
    decisions: total,
    epssChanged: scores.changed,
    reevaluated: byScores,
    decidedAnew: changedByScores,
    packages: report(before, after),
    durationMs: Math.round(performance.now() - started),
  };
};

interface FeedResult {
  readonly records: number;
  readonly changed: number;
  readonly affectedPackages: number;
}

const loadFeeds = async (client: WeirClient, progress: (line: string) => void): Promise<void> => {
  const advisories = await client.upload<FeedResult>('/v1/feeds/osv', demoSnapshot.advisories);
  const exploited = await client.upload<FeedResult>('/v1/feeds/kev', demoSnapshot.knownExploited);
  const scores = await client.upload<FeedResult>('/v1/feeds/epss', demoSnapshot.scores(FIRST_DAY));
  progress(
    `Feeds: ${advisories.records} advisories, ${exploited.records} known exploited, ${scores.records} EPSS scores of ${FIRST_DAY}`,
  );
};

const activatePolicies = async (client: WeirClient, progress: (line: string) => void): Promise<void> => {
  const policies = demoSnapshot.policies();
  for (const draft of policies) {
    const { policyId } = await client.post<{ policyId: string }>('/v1/policies', draft);
    await client.post(`/v1/policies/${policyId}/activate`, {});
  }
  progress(`${policies.length} policies active`);
};

const publishPackages = async (client: WeirClient, progress: (line: string) => void): Promise<number> => {
  const events = demoSnapshot.events();
  for (let from = 0; from < events.length; from += BATCH) {
    await client.post('/v1/events', events.slice(from, from + BATCH), 'application/cloudevents-batch+json');
  }
  progress(`${events.length} packages published`);
  return events.length;
};

const readPackages = async (client: WeirClient): Promise<readonly PackageSummary[]> => {
  const all: PackageSummary[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: PackagePage = await client.get(
      `/v1/packages?sort=name&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    all.push(...page.packages);
    cursor = page.nextCursor;
  }
  return all;
};

const nameOf = (view: PackageSummary): string => `${view.repository} ${view.purl}`;

const report = (before: readonly PackageSummary[], after: readonly PackageSummary[]): readonly DemoPackage[] => {
  const earlier = new Map(before.map((view) => [nameOf(view), view]));
  return after.map((view) => {
    const deciding = view.reasons.findLast(({ asks }) => asks.includes(view.state)) ?? view.reasons.at(-1);
    const { state, tags } = earlier.get(nameOf(view)) ?? { state: 'unknown', tags: [] };
    return {
      purl: view.purl,
      repository: view.repository,
      state: view.state,
      tags: view.tags,
      reasons: view.reasons.flatMap(({ reasons }) => reasons),
      before: { state, tags },
      decision: {
        id: view.decision.id,
        policy: deciding?.policy ?? null,
        revision: deciding?.revision ?? null,
        decidedAt: view.decision.decidedAt,
      },
    };
  });
};

const count = (views: readonly PackageSummary[]): string => {
  const states = Map.groupBy(views, ({ state }) => state);
  return [...states].map(([state, members]) => `${members.length} ${state}`).join(', ');
};
