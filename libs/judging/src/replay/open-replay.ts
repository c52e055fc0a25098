import { desiredState, isSilent, NOTHING_REMEMBERED, type Memory, type PolicyResult } from '@weir/domain';
import type { PolicyEngine } from '@weir/policy';
import { askPolicies, type Missing, type Question } from '../ask-policies.js';
import { loadPolicySet, readPolicySet, type ReadEvidence } from '../load-policy-set.js';
import { policiesInScope, type NamedPolicySet } from '../policies-in-scope.js';
import { saidOf } from '../said-of.js';
import { judgementsOf, type LoggedEvent, type RecordedJudgement } from './recorded-judgement.js';

export interface ReplayPorts {
  readonly evidence: ReadEvidence;
  readonly engine: PolicyEngine;
  /** Names `engine`. */
  readonly engineDigest: string;
}

/** How one judgement came out when it was made again from the log alone. */
export interface Replayed {
  readonly event: string;
  readonly packageKey: string;
  /** same: byte for byte. otherEngine: made by an engine that answers otherwise, and not made again. faults: a policy had failed, which no replay brings back. */
  readonly outcome: 'same' | 'differs' | 'otherEngine' | 'faults';
  /** What differs; null else. */
  readonly what: string | null;
}

/** Makes judgements of the log again. */
export interface Replay {
  /** Takes the events of one shard in order, from its first on. */
  take(events: readonly LoggedEvent[]): Promise<readonly Replayed[]>;
}

/** Keeps the policy sets it has loaded, and what is remembered of packages, from one call to the next. */
export const openReplay = (ports: ReplayPorts): Replay => {
  const sets = new Map<string, NamedPolicySet>();
  const memories = new Map<string, Memory>();
  const setOf = async (digest: string): Promise<NamedPolicySet> => {
    const known = sets.get(digest);
    if (known) return known;
    const set = await readPolicySet(ports.evidence, digest);
    if (!set) throw new Error(`The policy set ${digest} is not in the evidence store. Run \`weir log verify\`.`);
    await loadPolicySet(ports.evidence, ports.engine, { digest, set });
    sets.set(digest, { digest, set });
    return { digest, set };
  };
  return {
    take: async (events) => {
      const recorded = events.flatMap(judgementsOf);
      const asked = recorded.filter(
        ({ presence, engineDigest }) => presence === 'present' && engineDigest === ports.engineDigest,
      );
      const questions: Question[] = [];
      for (const one of asked) questions.push(await questionOf(ports, one, await setOf(one.policySetDigest)));
      const answers = await askPolicies(ports.engine, questions);
      const answered = new Map(
        asked.map((one, index) => [one, { question: questions[index], results: answers[index]?.results ?? [] }]),
      );
      return recorded.map((one) => {
        const again = answered.get(one);
        const before = memories.get(one.packageKey) ?? NOTHING_REMEMBERED;
        remember(memories, one);
        if (!again?.question) return { event: one.event, packageKey: one.packageKey, ...unasked(one) };
        return {
          event: one.event,
          packageKey: one.packageKey,
          ...compared(one, again.question, again.results, before),
        };
      });
    },
  };
};

const remember = (memories: Map<string, Memory>, { packageKey, memory }: RecordedJudgement): void => {
  if (Object.keys(memory).length > 0) memories.set(packageKey, memory);
  else memories.delete(packageKey);
};

type Finding = Pick<Replayed, 'outcome' | 'what'>;

const SAME: Finding = { outcome: 'same', what: null };

/** Of a package that was deleted there was nothing to ask. */
const unasked = ({ presence }: RecordedJudgement): Finding =>
  presence === 'deleted' ? SAME : { outcome: 'otherEngine', what: null };

const questionOf = async (
  { evidence }: ReplayPorts,
  one: RecordedJudgement,
  policySet: NamedPolicySet,
): Promise<Question> => {
  const freshness = one.freshnessDigest === null ? null : await evidence(one.freshnessDigest);
  return {
    policySet,
    repository: one.repository,
    facts: (one.factsDigest === null ? null : (await evidence(one.factsDigest))?.bytes) ?? missing(one),
    freshness: freshness && { digest: one.freshnessDigest ?? '', text: Buffer.from(freshness.bytes).toString('utf8') },
    now: one.decidedAt,
  };
};

const missing = ({ factsDigest }: RecordedJudgement): Missing => ({
  code: 'evidence_missing',
  message: `the facts ${factsDigest ?? ''} are not in the evidence store`,
});

const compared = (
  one: RecordedJudgement,
  { policySet }: Question,
  results: readonly PolicyResult[],
  before: Memory,
): Finding => {
  const failed = new Map(
    (one.results ?? []).filter(({ error }) => error !== null).map((result) => [result.policyId, result]),
  );
  if (one.results === null && Object.values(one.memory).some(({ failures }) => failures > 0))
    return { outcome: 'faults', what: null };
  // What failed then is taken as it was recorded: the rest must come out the same, and so must what follows from all of it.
  const again = results.map((result) => failed.get(result.policyId) ?? result);
  const what = differenceOf(one, again, () =>
    desiredState(policiesInScope(policySet, one.repository).policies, again, before),
  );
  if (what !== null) return { outcome: 'differs', what };
  return failed.size > 0 ? { outcome: 'faults', what: null } : SAME;
};

const differenceOf = (
  one: RecordedJudgement,
  again: readonly PolicyResult[],
  desired: () => unknown,
): string | null => {
  const spoken = again.filter((result) => !isSilent(result));
  for (const { policyId, match, reasons, output } of one.results ?? []) {
    const result = spoken.find((candidate) => candidate.policyId === policyId);
    if (JSON.stringify([result?.match, result?.reasons, result?.output]) !== JSON.stringify([match, reasons, output]))
      return `policy ${policyId} answers otherwise`;
  }
  if (saidOf(again) !== one.said) return 'the policies say something else together';
  if (one.desired !== null && JSON.stringify(desired()) !== JSON.stringify(one.desired)) return 'another state follows';
  return null;
};
