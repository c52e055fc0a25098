import type { FeedFreshness, FeedName } from '@weir/domain';
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

/** When the feeds were loaded that a policy in scope asks for: the text it is shown and its digest. The others are null. */
export interface FreshnessRead {
  readonly text: string;
  readonly digest: string;
}

/** null when no policy in scope asks when feeds were loaded. */
export const freshnessRead = ({ feedsRead }: PoliciesInScope, freshness: FeedFreshness): FreshnessRead | null =>
  feedsRead.length === 0 ? null : read(feedsRead, freshness);

const texts = new WeakMap<FeedFreshness, Map<string, FreshnessRead>>();

const read = (feeds: readonly FeedName[], freshness: FeedFreshness): FreshnessRead => {
  const known = texts.get(freshness) ?? new Map<string, FreshnessRead>();
  texts.set(freshness, known);
  const found = known.get(feeds.join());
  if (found) return found;
  const shown = Object.fromEntries(FEED_NAMES.map((feed) => [feed, feeds.includes(feed) ? freshness[feed] : null]));
  const text = JSON.stringify(shown);
  const fresh = { text, digest: digestOf(text) };
  known.set(feeds.join(), fresh);
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
  { engineDigest, exceptionsDigest, freshness }: Conditions,
): string =>
  digestOf(
    [presence, factsDigest, scope.digest, engineDigest, exceptionsDigest, freshnessRead(scope, freshness)?.digest]
      .map((part) => part ?? '-')
      .join(' '),
  );

/**
 * Names the conditions of a workspace, of which those count that one of its policies depends on. Invariant: while it is the same, no
 * package's basis has changed but by its own facts.
 */
export const conditionsDigest = ({ policySet, engineDigest, exceptionsDigest, freshness }: Conditions): string => {
  const feeds = new Set(policySet.set.policies.flatMap(({ reads }) => feedsReadBy(reads)));
  const loaded = [...feeds].sort().map((feed) => [feed, freshness[feed]]);
  return digestOf(JSON.stringify([policySet.digest, engineDigest, exceptionsDigest, loaded]));
};
