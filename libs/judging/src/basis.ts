import type { FeedFreshness, FeedName } from '@weir/domain';
import { ecosystemOf } from '@weir/contracts';
import { digestOf } from '@weir/postgres';
import { FEED_NAMES } from './freshness.js';
import { feedsReadBy, type NamedPolicySet, type PoliciesInScope } from './policies-in-scope.js';

/** What holds for all packages of a workspace at a moment. */
export interface Conditions {
  readonly policySet: NamedPolicySet;
  readonly engineDigest: string;
  /** Names the waivers and holds in force; null while there are none. */
  readonly exceptionsDigest: string | null;
  readonly freshness: FeedFreshness;
}

/**
 * When the feeds were loaded that a policy in scope asks for, as it is shown of one package: the text and its digest. Of
 * advisories it is when those of the package's own ecosystem were; what nobody asks for is null.
 */
export interface FreshnessRead {
  readonly text: string;
  readonly digest: string;
}

/** null when no policy in scope asks when feeds were loaded. `packageType`: of its package URL. */
export const freshnessRead = (
  { feedsRead }: PoliciesInScope,
  freshness: FeedFreshness,
  packageType: string,
): FreshnessRead | null => (feedsRead.length === 0 ? null : read(feedsRead, freshness, packageType));

const texts = new WeakMap<FeedFreshness, Map<string, FreshnessRead>>();

const read = (feeds: readonly FeedName[], freshness: FeedFreshness, packageType: string): FreshnessRead => {
  const known = texts.get(freshness) ?? new Map<string, FreshnessRead>();
  texts.set(freshness, known);
  const ecosystem = feeds.includes('osv') ? ecosystemOf(packageType) : null;
  const key = `${feeds.join()} ${ecosystem ?? ''}`;
  const found = known.get(key);
  if (found) return found;
  const of = (feed: FeedName) => (feed === 'osv' ? (freshness.osv[ecosystem ?? ''] ?? null) : freshness[feed]);
  const text = JSON.stringify(
    Object.fromEntries(FEED_NAMES.map((feed) => [feed, feeds.includes(feed) ? of(feed) : null])),
  );
  const fresh = { text, digest: digestOf(text) };
  known.set(key, fresh);
  return fresh;
};

/** A package as far as its basis depends on it. */
export interface Rested {
  readonly presence: 'present' | 'deleted';
  readonly factsDigest: string | null;
}

/**
 * Names everything that the answers about a package rest on, but the instant: `sha256:<hex>` over the presence, the facts,
 * the revisions in scope, the engine, the exceptions, and when the feeds were loaded that a policy asks for.
 */
export const basisOf = (
  { presence, factsDigest }: Rested,
  scope: PoliciesInScope,
  { engineDigest, exceptionsDigest }: Pick<Conditions, 'engineDigest' | 'exceptionsDigest'>,
  freshness: FreshnessRead | null,
): string =>
  digestOf(
    [presence, factsDigest, scope.digest, engineDigest, exceptionsDigest, freshness?.digest]
      .map((part) => part ?? '-')
      .join(' '),
  );

/** The basis of a package under the conditions of its workspace. */
export const basisUnder = (
  rested: Rested & { readonly package: { readonly type: string } },
  scope: PoliciesInScope,
  conditions: Conditions,
): string => basisOf(rested, scope, conditions, freshnessRead(scope, conditions.freshness, rested.package.type));

/**
 * Names the conditions of a workspace, of which those count that one of its policies depends on. Invariant: while it is the same, no
 * package's basis has changed but by its own facts.
 */
export const conditionsDigest = ({ policySet, engineDigest, exceptionsDigest, freshness }: Conditions): string => {
  const feeds = new Set(policySet.set.policies.flatMap(({ reads }) => feedsReadBy(reads)));
  const loaded = [...feeds].sort().map((feed) => [feed, feed === 'osv' ? inOrder(freshness.osv) : freshness[feed]]);
  return digestOf(JSON.stringify([policySet.digest, engineDigest, exceptionsDigest, loaded]));
};

const inOrder = (ecosystems: FeedFreshness['osv']): readonly unknown[] =>
  Object.entries(ecosystems).toSorted(([a], [b]) => (a < b ? -1 : 1));
