import { emptyPolicyBook, evolvePolicyBook, type PolicyBook, type PolicyEvent } from '@weir/domain';
import type { EventStore, StoredEvent } from '@weir/event-store';
import { canonicalDocument, emptyPolicySet, type Missing, type NamedPolicySet } from '@weir/judging';
import type { PolicyEngine } from '@weir/policy';
import type { Logger } from '@weir/postgres';
import { openPolicySet } from './open-policy-set.js';
import type { RestoreModule } from './restore-module.js';

/** A policy set that the engine has loaded and is ready to be asked. */
export interface LoadedPolicySet extends NamedPolicySet {
  /** Trace of the request that put it in force; null when it was not traced. */
  readonly traceparent: string | null;
}

/** Each workspace's active policy set, as far as the log was read. */
export interface PolicySets {
  /** What is active in the workspace; the empty set when nothing ever was. */
  of(workspace: string): Promise<LoadedPolicySet>;
  /** Takes further events of the policies' shard; the workspaces that have another set since. */
  apply(events: readonly StoredEvent[]): Promise<readonly string[]>;
  /** The workspaces whose policies all fail, because their set or its module is missing or damaged in the evidence. */
  damaged(): readonly DamagedSet[];
  /** The workspaces whose sets are loaded. */
  workspaces(): readonly string[];
}

export interface DamagedSet extends Missing {
  readonly workspace: string;
  readonly digest: string;
}

export interface PolicySetsPorts {
  readonly store: EventStore;
  readonly engine: PolicyEngine;
  readonly restore: RestoreModule;
  readonly logger: Logger;
  /** After which evidence that was damaged is looked at again. */
  readonly lookAgainMillis: number;
}

/** Sets of a workspace that stay loaded: whoever was given one just before it was replaced may still ask it. */
const KEPT_SETS = 4;

export const openPolicySets = (ports: PolicySetsPorts): PolicySets => {
  const { store, engine } = ports;
  const looked = new Map<string, number>();
  const loaded = new Map<string, LoadedPolicySet>();
  const keep = keepLatest(engine);
  let book: PolicyBook = emptyPolicyBook;

  /** Invariant: the empty set never takes the place of one that was activated while it was being written. */
  const empty = async (workspace: string): Promise<LoadedPolicySet> => {
    const set = emptyPolicySet(workspace);
    const document = canonicalDocument('policy-set', set);
    await store.putEvidence([document]);
    const activated = loaded.get(workspace);
    if (activated) return activated;
    const policySet = { digest: document.digest, set, traceparent: null };
    loaded.set(workspace, policySet);
    return policySet;
  };

  const load = async (workspace: string, digest: string, traceparent: string | null): Promise<LoadedPolicySet> => {
    looked.set(workspace, performance.now());
    const policySet = { ...(await openPolicySet(ports, { workspace, digest, book })), traceparent };
    loaded.set(workspace, policySet);
    keep(workspace, digest);
    return policySet;
  };

  /** Somebody may have restored the evidence meanwhile. */
  const lookAgain = (workspace: string, known: LoadedPolicySet): Promise<LoadedPolicySet> | LoadedPolicySet =>
    known.missing && performance.now() - (looked.get(workspace) ?? 0) > ports.lookAgainMillis
      ? load(workspace, known.digest, known.traceparent)
      : known;

  return {
    of: async (workspace) => {
      const known = loaded.get(workspace);
      return known === undefined ? empty(workspace) : lookAgain(workspace, known);
    },
    workspaces: () => [...loaded.keys()],
    damaged: () =>
      [...loaded].flatMap(([workspace, { digest, missing }]) => (missing ? [{ workspace, digest, ...missing }] : [])),
    apply: async (events) => {
      for (const event of events) book = evolvePolicyBook(book, event as unknown as PolicyEvent);
      const changed = Object.entries(book.policySets).filter(
        ([workspace, digest]) => loaded.get(workspace)?.digest !== digest,
      );
      for (const [workspace, digest] of changed) await load(workspace, digest, traceparentOf(events, workspace));
      return changed.map(([workspace]) => workspace);
    },
  };
};

/** Lets the engine forget the sets of a workspace that were replaced long ago: each holds a module in every worker. */
const keepLatest = (engine: PolicyEngine): ((workspace: string, digest: string) => void) => {
  const kept = new Map<string, readonly string[]>();
  return (workspace, digest) => {
    const latest = [digest, ...(kept.get(workspace) ?? []).filter((other) => other !== digest)];
    kept.set(workspace, latest.slice(0, KEPT_SETS));
    for (const old of latest.slice(KEPT_SETS)) void engine.unload(old);
  };
};

/** Of the last change to a workspace's policies. */
const traceparentOf = (events: readonly StoredEvent[], workspace: string): string | null =>
  events.findLast(({ data }) => (data as PolicyEvent['data']).workspace === workspace)?.metadata?.traceparent ?? null;
