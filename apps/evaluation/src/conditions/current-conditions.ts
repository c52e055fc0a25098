import { evolveFreshness, NEVER_LOADED, type FeedFreshness, type FeedLoaded } from '@weir/domain';
import type { EventStore, StoredEvent } from '@weir/event-store';
import { conditionsDigest, type Conditions } from '@weir/judging';
import { engineDigest as thisEngine, type PolicyEngine } from '@weir/policy';
import { openPolicySets, POLICY_SHARD, type LoadedPolicySet } from './follow-policy-sets.js';

/** What holds for all packages of a workspace now, and the digest that names it. */
export interface WorkspaceConditions extends Conditions {
  readonly policySet: LoadedPolicySet;
  readonly digest: string;
}

/** How many events of the policies' and of the feeds' shard were read. */
export interface ReadSoFar {
  readonly policies: number;
  readonly feeds: number;
}

export interface CurrentConditions {
  of(workspace: string): Promise<WorkspaceConditions>;
  readSoFar(): ReadSoFar;
  /** Calls back after conditions changed or more was read, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Resolves when all that was stored before the call is in force. */
  start(signal: AbortSignal): Promise<void>;
}

export const FEEDS_SHARD = 'feeds/0';

export interface ConditionsPorts {
  readonly store: EventStore;
  readonly engine: PolicyEngine;
  /** Names the engine that judges; this build's unless given. */
  readonly engineDigest?: string;
  /** One of the two shards can no longer be followed. */
  readonly onFault: (fault: unknown) => void;
}

/** Follows what the log says of policies and of loads of feeds. */
export const followConditions = ({ store, engine, engineDigest = thisEngine, onFault }: ConditionsPorts): CurrentConditions => {
  const policySets = openPolicySets(store, engine);
  const listeners = new Set<() => void>();
  let freshness: FeedFreshness = NEVER_LOADED;
  let readSoFar: ReadSoFar = { policies: 0, feeds: 0 };
  const noted = (more: Partial<ReadSoFar>): void => {
    readSoFar = { ...readSoFar, ...more };
    for (const listener of listeners) listener();
  };
  const followed: readonly Followed[] = [
    {
      shard: POLICY_SHARD,
      apply: async (events) => {
        await policySets.apply(events);
        noted({ policies: readSoFar.policies + events.length });
      },
    },
    {
      shard: FEEDS_SHARD,
      apply: async (events) => {
        freshness = events.reduce((loaded, event) => evolveFreshness(loaded, event as unknown as FeedLoaded), freshness);
        noted({ feeds: readSoFar.feeds + events.length });
      },
    },
  ];
  return {
    of: async (workspace) => {
      const policySet = await policySets.of(workspace);
      const conditions = { policySet, engineDigest, exceptionsDigest: null, freshness };
      return { ...conditions, digest: namedOnce(conditions) };
    },
    readSoFar: () => readSoFar,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: async (signal) => {
      for (const one of followed) await readThenFollow(store, one, signal, onFault);
    },
  };
};

interface Followed {
  readonly shard: string;
  readonly apply: (events: readonly StoredEvent[]) => Promise<void>;
}

const readThenFollow = async (store: EventStore, { shard, apply }: Followed, signal: AbortSignal, onFault: (fault: unknown) => void): Promise<void> => {
  let position = 0;
  for (;;) {
    const events = await store.read(shard, { position, limit: 500 });
    if (events.length === 0) break;
    position += events.length;
    await apply(events);
  }
  store.follow({ shard, from: async () => position, handle: apply, signal }).catch(onFault);
};

const digests = new WeakMap<LoadedPolicySet, { readonly freshness: FeedFreshness; readonly digest: string }>();

/** Worked out once for all packages of a workspace, until a policy or a feed changes. */
const namedOnce = (conditions: Conditions & { readonly policySet: LoadedPolicySet }): string => {
  const known = digests.get(conditions.policySet);
  if (known?.freshness === conditions.freshness) return known.digest;
  const digest = conditionsDigest(conditions);
  digests.set(conditions.policySet, { freshness: conditions.freshness, digest });
  return digest;
};
