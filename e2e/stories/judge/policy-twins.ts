import type { Engine, Feed, Template } from '../story.ts';

/** What is known of a package, as far as a policy of the stories reads it. Instants are milliseconds since 1970. */
export interface TwinFacts {
  readonly license: string | null;
  readonly tags: readonly string[];
  readonly summary: string | null;
  readonly publishedAt: number | null;
  readonly isDownloaded: boolean;
  readonly vulnerabilities: readonly {
    readonly score: number | null;
    readonly isExploited: boolean;
    readonly isMalicious: boolean;
  }[];
  /** When each feed was loaded last; null: never. */
  readonly loadedAt: Readonly<Record<Feed, number | null>>;
}

export type Answer = 'match' | 'no match' | 'fault';

type Parameters = Readonly<Record<string, unknown>>;
type Twin = (facts: TwinFacts, parameters: Parameters, now: number, engine: Engine) => Answer;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const answer = (isMatch: boolean): Answer => (isMatch ? 'match' : 'no match');
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
const text = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
const texts = (value: unknown, otherwise: readonly string[]): readonly string[] =>
  Array.isArray(value) ? value.map(String) : otherwise;

/** A policy that loops on hostile packages gives no answer about them. */
const unlessHostile = ({ summary }: TwinFacts, isMatch: boolean): Answer =>
  summary?.includes('hostile') ? 'fault' : answer(isMatch);

const isRecent = ({ publishedAt }: TwinFacts, days: number, now: number): boolean =>
  publishedAt !== null && now < publishedAt + days * DAY;

const scanStatus = ({ loadedAt, vulnerabilities }: TwinFacts): string => {
  if (loadedAt.osv === null) return 'AWAITING_SCAN';
  return vulnerabilities.length > 0 ? 'VULNERABLE' : 'NOT_VULNERABLE';
};

const isStale = (loadedAt: number | null, hours: number, now: number): boolean =>
  loadedAt === null || now >= loadedAt + hours * HOUR;

const feedOf = (value: unknown): Feed => (value === 'osv' || value === 'kev' ? value : 'epss');

/** What each policy's Rego says, written anew from what the policy is documented to say. */
export const policyTwins: Readonly<Record<Template, Twin>> = {
  downloaded: ({ isDownloaded }) => answer(isDownloaded),
  'epss-over-threshold': ({ vulnerabilities }, { threshold }) =>
    answer(vulnerabilities.some(({ score }) => score !== null && score >= number(threshold, 0.2))),
  fragile: (facts, { tag }) => unlessHostile(facts, facts.tags.includes(text(tag, 'flagged'))),
  'fragile-wait': (facts, { days }, now) => unlessHostile(facts, isRecent(facts, number(days, 7), now)),
  'gpl-anywhere': ({ license }) => answer(license?.startsWith('GPL-') ?? false),
  'known-exploited': ({ vulnerabilities }) => answer(vulnerabilities.some(({ isExploited }) => isExploited)),
  'malicious-package': ({ vulnerabilities }) => answer(vulnerabilities.some(({ isMalicious }) => isMalicious)),
  prefixed: ({ license }, { prefixes }, _now, engine) =>
    answer(
      engine === 'genuine' &&
        license !== null &&
        texts(prefixes, ['GPL-']).some((prefix) => license.startsWith(prefix)),
    ),
  'published-too-recently': (facts, { days }, now) =>
    answer(facts.publishedAt === null || isRecent(facts, number(days, 7), now)),
  'scan-status': (facts, { statuses }) => answer(texts(statuses, ['VULNERABLE']).includes(scanStatus(facts))),
  'stale-feed': ({ loadedAt }, { feed, hours }, now) => answer(isStale(loadedAt[feedOf(feed)], number(hours, 48), now)),
  tagged: ({ tags }, { tag }) => answer(tags.includes(text(tag, 'flagged'))),
};
