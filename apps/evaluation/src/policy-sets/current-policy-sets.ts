import { policySetSchema, type PolicySet } from '@weir/contracts';
import { emptyPolicyBook, evolvePolicyBook, POLICY_SHARD, type PolicyBook, type PolicyEvent } from '@weir/domain';
import type { EventStore, NewEvidence, StoredEvent } from '@weir/event-store';
import { parameterData, type PolicyEngine } from '@weir/policy';
import { digestOf } from '@weir/postgres';
import canonicalize from 'canonicalize';

/** A policy set that the engine has loaded and is ready to be asked. */
export interface LoadedPolicySet {
  readonly digest: string;
  readonly set: PolicySet;
  /** Trace of the request that put it in force; null when it was not traced. */
  readonly traceparent: string | null;
}

export interface CurrentPolicySets {
  /** What is active in the workspace now; the empty set when nothing ever was. */
  of(workspace: string): Promise<LoadedPolicySet>;
  /** A set of the past, for comparing. */
  named(digest: string): Promise<PolicySet | null>;
  /** Calls back after a workspace got another set, until the returned function is called. */
  onChange(listener: (workspace: string) => void): () => void;
  /** Resolves when all that was stored before the call is in force. */
  start(signal: AbortSignal): Promise<void>;
}

/** Sets of a workspace that stay loaded: whoever was given one just before it was replaced may still ask it. */
const KEPT_SETS = 4;

/** The digest of a document's canonical JSON, as text. */
const documentEvidence = (set: PolicySet): NewEvidence => {
  const bytes = Buffer.from(canonicalize(set) ?? '', 'utf8');
  return { digest: digestOf(bytes), kind: 'policy-set', bytes };
};

/** Follows the policy shard and keeps each workspace's active set loaded in the engine. */
export const followPolicySets = (store: EventStore, engine: PolicyEngine, onFault: (fault: unknown) => void): CurrentPolicySets => {
  const loaded = new Map<string, LoadedPolicySet>();
  const keep = keepLatest(engine);
  const listeners = new Set<(workspace: string) => void>();
  let book: PolicyBook = emptyPolicyBook;

  /** Invariant: the empty set never takes the place of one that was activated while it was being written. */
  const empty = async (workspace: string): Promise<LoadedPolicySet> => {
    const evidence = documentEvidence({ workspace, module: null, policies: [] });
    await store.putEvidence([evidence]);
    const activated = loaded.get(workspace);
    if (activated) return activated;
    const policySet = { digest: evidence.digest, set: { workspace, module: null, policies: [] }, traceparent: null };
    loaded.set(workspace, policySet);
    return policySet;
  };

  const named = async (digest: string): Promise<PolicySet | null> => {
    const evidence = await store.evidence(digest);
    return evidence ? policySetSchema.parse(JSON.parse(Buffer.from(evidence.bytes).toString('utf8'))) : null;
  };

  const load = async (workspace: string, digest: string, traceparent: string | null): Promise<void> => {
    if (loaded.get(workspace)?.digest === digest) return;
    const set = await named(digest);
    if (!set) throw new Error(`The policy set ${digest} of workspace ${workspace} is not in the evidence store.`);
    await loadModule(store, engine, digest, set);
    loaded.set(workspace, { digest, set, traceparent });
    keep(workspace, digest);
    for (const listener of listeners) listener(workspace);
  };

  const apply = async (events: readonly StoredEvent[]): Promise<void> => {
    for (const event of events) book = evolvePolicyBook(book, event as unknown as PolicyEvent);
    for (const [workspace, digest] of Object.entries(book.policySets)) await load(workspace, digest, traceparentOf(events, workspace));
  };

  return {
    of: async (workspace) => loaded.get(workspace) ?? empty(workspace),
    named,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: async (signal) => {
      let position = 0;
      for (;;) {
        const events = await store.read(POLICY_SHARD, { position, limit: 500 });
        if (events.length === 0) break;
        position += events.length;
        await apply(events);
      }
      store.follow({ shard: POLICY_SHARD, from: async () => position, handle: apply, signal }).catch(onFault);
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

const loadModule = async (store: EventStore, engine: PolicyEngine, key: string, set: PolicySet): Promise<void> => {
  if (!set.module) return;
  const wasm = await store.evidence(set.module.wasmDigest);
  if (!wasm) throw new Error(`The policy module ${set.module.wasmDigest} is not in the evidence store.`);
  const parameters = Object.fromEntries(set.policies.map((policy) => [policy.slot, policy.parameters]));
  const reads = Object.fromEntries(set.policies.map((policy) => [policy.slot, policy.reads]));
  await engine.load({ key, digest: set.module.wasmDigest, wasm: wasm.bytes, data: parameterData(parameters), reads });
};
