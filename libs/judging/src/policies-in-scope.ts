import type { ActivePolicy, PolicySet, RepositoryRef } from '@weir/contracts';
import { isInScope, type FeedName } from '@weir/domain';
import { readsPath } from '@weir/policy';
import { digestOf } from '@weir/postgres';
import { FEED_NAMES } from './freshness.js';

/** A policy set and the digest that names it. The engine has it loaded under the digest before it is asked. */
export interface NamedPolicySet {
  readonly digest: string;
  readonly set: PolicySet;
  /** Why nobody can be asked: its document or its module is missing or damaged. Every policy in scope then fails of that. */
  readonly missing?: Missing | null;
}

/** Evidence that cannot be had. */
export interface Missing {
  readonly code: 'evidence_missing' | 'evidence_damaged';
  readonly message: string;
}

/** The policies of a set that are asked about the packages of a repository, and what follows from that. */
export interface PoliciesInScope {
  /** In the order of the set. */
  readonly policies: readonly ActivePolicy[];
  /** Names which revisions they are: equal when they say the same, whatever else is in their sets. */
  readonly digest: string;
  /** The feeds of which one of them reads when they were loaded. */
  readonly feedsRead: readonly FeedName[];
}

const known = new WeakMap<PolicySet, Map<string, PoliciesInScope>>();
const MOST_KNOWN = 10_000;

/** Worked out once for each repository: the same object for all its packages. */
export const policiesInScope = ({ set }: NamedPolicySet, repository: RepositoryRef): PoliciesInScope => {
  const { name, format, environment, team, region } = repository;
  const key = `${name}\0${format}\0${environment ?? ''}\0${team ?? ''}\0${region ?? ''}`;
  const ofSet = known.get(set) ?? new Map<string, PoliciesInScope>();
  const found = ofSet.get(key);
  if (found) return found;
  const fresh = inScope(set, repository, ofSet);
  if (ofSet.size >= MOST_KNOWN) ofSet.clear();
  known.set(set, ofSet.set(key, fresh));
  return fresh;
};

const inScope = (
  { policies }: PolicySet,
  repository: RepositoryRef,
  others: ReadonlyMap<string, PoliciesInScope>,
): PoliciesInScope => {
  const included = policies.filter(({ scope }) => isInScope(scope, repository));
  const digest = digestOf(
    JSON.stringify(included.map(({ policyId, revision, revisionDigest }) => [policyId, revision, revisionDigest])),
  );
  for (const other of others.values()) if (other.digest === digest) return other;
  const feeds = new Set(included.flatMap(({ reads }) => feedsReadBy(reads)));
  return { policies: included, digest, feedsRead: FEED_NAMES.filter((feed) => feeds.has(feed)) };
};

export const feedsReadBy = (reads: ActivePolicy['reads']): readonly FeedName[] =>
  FEED_NAMES.filter((feed) => readsPath(reads, `v1.freshness.${feed}`));
