import { isDeepStrictEqual } from 'node:util';
import type { LoadedPolicy } from '@open-policy-agent/opa-wasm';
import type pg from 'pg';
import { loadJudgedModule } from './load-judged-module.ts';
import { readEvidence } from './read-evidence.ts';
import type { StoredDecision } from './read-log.ts';

interface PolicySet {
  readonly module: { readonly wasmDigest: string } | null;
  readonly policies: readonly {
    readonly policyId: string;
    readonly slot: string;
    readonly parameters: object;
    readonly scope: { readonly repositories?: readonly string[] };
  }[];
}

interface Loaded {
  readonly set: PolicySet;
  readonly policy: LoadedPolicy;
}

interface Said {
  readonly match?: boolean;
  readonly reason?: readonly string[];
}

interface Replayed {
  readonly match: boolean | null;
  readonly reasons: readonly string[];
}

/** Answers a decision anew from the log alone, by OPA's own SDK; what differs, or null. */
export type Replay = (database: pg.Client, decision: StoredDecision) => Promise<string | null>;

export const createReplay = (): Replay => {
  const loaded = new Map<string, Promise<Loaded>>();
  let now = 0n;
  const load = async (database: pg.Client, digest: string): Promise<Loaded> => {
    const set = JSON.parse((await readEvidence(database, digest)).toString('utf8')) as PolicySet;
    const wasm = await readEvidence(database, set.module?.wasmDigest ?? '');
    const policy = loadJudgedModule(wasm, () => now);
    policy.setData({
      weir: Object.fromEntries(set.policies.map(({ slot, parameters }) => [`p_${slot}`, { parameters }])),
    });
    return { set, policy };
  };
  return async (database, decision) => {
    if (decision.factsDigest === null || decision.results.length === 0) return null;
    const known = loaded.get(decision.policySetDigest) ?? load(database, decision.policySetDigest);
    loaded.set(decision.policySetDigest, known);
    if (loaded.size > MOST_LOADED) loaded.delete([...loaded.keys()][0] ?? '');
    const { set, policy } = await known;
    const input = await inputOf(database, decision);
    now = BigInt(Date.parse(decision.decidedAt)) * 1_000_000n;
    return differenceOf(decision, set, (slot) => answerOf(policy, input, slot));
  };
};

const MOST_LOADED = 20;

const inputOf = async (database: pg.Client, { factsDigest, freshnessDigest }: StoredDecision): Promise<object> => {
  const facts = JSON.parse((await readEvidence(database, factsDigest ?? '')).toString('utf8')) as {
    readonly v1: object;
  };
  if (freshnessDigest === null) return facts;
  const freshness: unknown = JSON.parse((await readEvidence(database, freshnessDigest)).toString('utf8'));
  return { ...facts, v1: { ...facts.v1, freshness } };
};

const answerOf = (policy: LoadedPolicy, input: object, slot: string): Replayed => {
  const [{ result = {} } = {}] = policy.evaluate(input, `weir_answers/p_${slot}`) as readonly {
    readonly result?: Said;
  }[];
  return { match: result.match ?? null, reasons: [...(result.reason ?? [])].sort() };
};

/**
 * Policies that failed said nothing to compare with; those of which nothing is recorded did not match and gave no
 * reason.
 */
const differenceOf = (
  { id, repository, results }: StoredDecision,
  set: PolicySet,
  answer: (slot: string) => Replayed,
): string | null => {
  for (const { policyId, match, reasons = [], error } of results) {
    if (error) continue;
    const slot = set.policies.find((policy) => policy.policyId === policyId)?.slot;
    if (slot === undefined) return `${id}: ${policyId} is not in the policy set that the decision names`;
    const replayed = answer(slot);
    const recorded = { match: match ?? null, reasons: [...reasons].sort() };
    // Where a policy did not match and gave no reason, a decision keeps its output alone.
    const expected =
      match === undefined ? { ...recorded, match: replayed.match === true ? null : replayed.match } : recorded;
    if (!isDeepStrictEqual(replayed, expected))
      return `${id}: ${policyId} said ${JSON.stringify(recorded)} and says ${JSON.stringify(replayed)}`;
  }
  const told = new Set(results.map(({ policyId }) => policyId));
  const silent = set.policies.filter((policy) => !told.has(policy.policyId) && isInScope(policy, repository.name));
  const odd = silent.find(({ slot }) => answer(slot).match === true);
  return odd ? `${id}: ${odd.policyId} matches and is not recorded` : null;
};

const isInScope = ({ scope: { repositories = [] } }: PolicySet['policies'][number], repository: string): boolean =>
  repositories.length === 0 || repositories.includes(repository);
