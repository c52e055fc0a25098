import {
  evolveFreshness,
  FEED_SHARD,
  NEVER_LOADED,
  POLICY_SHARD,
  type FeedFreshness,
  type FeedEvent,
} from '@weir/domain';
import { UnknownEvent, type EventStore, type StoredEvent } from '@weir/event-store';
import { conditionsDigest, type Conditions } from '@weir/judging';
import { engineDigest as thisEngine, type PolicyEngine } from '@weir/policy';
import { Standstill, type Logger } from '@weir/postgres';
import { openPolicySets, type DamagedSet, type LoadedPolicySet } from './follow-policy-sets.js';
import type { RestoreModule } from './restore-module.js';

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
  /** @throws Standstill once `stopped` aborted. */
  of(workspace: string): Promise<WorkspaceConditions>;
  readSoFar(): ReadSoFar;
  /** Calls back after conditions changed or more was read, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Resolves when all that was stored before the call is in force, or `stopped` aborted. */
  start(signal: AbortSignal): Promise<void>;
  /** Aborts, with a Standstill as its reason, when one of the shards cannot be followed any more: what is known is old. */
  readonly stopped: AbortSignal;
  /** Workspaces whose policies fail because of damaged evidence. */
  damaged(): readonly DamagedSet[];
  /** Workspaces whose policies are in force here. */
  workspaces(): readonly string[];
}

export interface ConditionsPorts {
  readonly store: EventStore;
  readonly engine: PolicyEngine;
  /** Names the engine that judges; this build's unless given. */
  readonly engineDigest?: string;
  readonly logger: Logger;
  /** Makes modules again that are damaged; nothing does unless given. */
  readonly restore?: RestoreModule;
  /** Milliseconds after which damaged evidence is looked at again; 30,000 unless told. */
  readonly lookAgainMillis?: number;
  /** One of the two shards can no longer be followed. */
  readonly onFault: (fault: unknown) => void;
}

/** Follows what the log says of policies and of loads of feeds. */
export const followConditions = ({
  store,
  engine,
  engineDigest = thisEngine,
  logger,
  restore = async () => null,
  lookAgainMillis = 30_000,
  onFault,
}: ConditionsPorts): CurrentConditions => {
  const policySets = openPolicySets({ store, engine, restore, lookAgainMillis, logger });
  const listeners = new Set<() => void>();
  const stop = new AbortController();
  const standStill = (fault: unknown): void => {
    stop.abort(standstillOf(fault));
    onFault(fault);
  };
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
      shard: FEED_SHARD,
      apply: async (events) => {
        freshness = events.reduce((loaded, event) => evolveFreshness(loaded, event as unknown as FeedEvent), freshness);
        noted({ feeds: readSoFar.feeds + events.length });
      },
    },
  ];
  return {
    // Invariant: whoever judges asks here first, so that nothing is judged by what is old.
    of: async (workspace) => {
      stop.signal.throwIfAborted();
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
      for (const one of followed) await readThenFollow(store, one, signal, standStill);
    },
    stopped: stop.signal,
    damaged: () => policySets.damaged(),
    workspaces: () => policySets.workspaces(),
  };
};

interface Followed {
  readonly shard: string;
  readonly apply: (events: readonly StoredEvent[]) => Promise<void>;
}

const readThenFollow = async (
  store: EventStore,
  followed: Followed,
  signal: AbortSignal,
  standStill: (fault: unknown) => void,
): Promise<void> => {
  const { shard, apply } = followed;
  const position = await readStored(store, followed).catch((fault: unknown) => {
    if (!(fault instanceof UnknownEvent)) throw fault;
    standStill(fault);
  });
  if (position === undefined) return;
  store.follow({ shard, from: async () => position, handle: apply, signal }).catch(standStill);
};

/** Applies all that is stored; the position behind it. */
const readStored = async (store: EventStore, { shard, apply }: Followed): Promise<number> => {
  for (let position = 0; ;) {
    const events = await store.read(shard, { position, limit: 500 });
    if (events.length === 0) return position;
    position += events.length;
    await apply(events);
  }
};

const standstillOf = (fault: unknown): Standstill => {
  if (fault instanceof Standstill) return fault;
  const cause = fault instanceof Error ? fault.message : String(fault);
  return new Standstill(
    `What packages are judged by can no longer be followed: ${cause} Start this process again once that is mended.`,
    { cause: fault },
  );
};

const digests = new WeakMap<LoadedPolicySet, { readonly conditions: Conditions; readonly digest: string }>();

/** Worked out once for all packages of a workspace, until one of the conditions is another. */
const namedOnce = (conditions: Conditions & { readonly policySet: LoadedPolicySet }): string => {
  const known = digests.get(conditions.policySet);
  if (known && isSame(known.conditions, conditions)) return known.digest;
  const digest = conditionsDigest(conditions);
  digests.set(conditions.policySet, { conditions, digest });
  return digest;
};

/** Invariant: every member counts, also one that comes to be. */
const isSame = (known: Conditions, conditions: Conditions): boolean =>
  Object.entries(conditions).every(([name, value]) => known[name as keyof Conditions] === value);
