import type { PolicyResult } from '@weir/domain';
import type { PolicyEngine } from '@weir/policy';
import { askPolicies, type Question } from '../ask-policies.js';
import { loadPolicySet, readPolicySet, type ReadEvidence } from '../load-policy-set.js';
import type { Missing, NamedPolicySet } from '../policies-in-scope.js';
import { differenceOf, evolvePackage, faultsIn, unknownPackage, type KnownPackage } from './compare-judgement.js';
import { judgementsOf, type LoggedEvent, type RecordedJudgement } from './recorded-judgement.js';

export interface ReplayPorts {
  readonly evidence: ReadEvidence;
  readonly engine: PolicyEngine;
  /** Whether `engine` answers as the one does that this digest names. */
  readonly isSameEngine: (engineDigest: string) => boolean;
}

/** How one judgement came out when it was made again from the log alone. */
export interface Replayed {
  readonly event: string;
  readonly packageKey: string;
  /** same: byte for byte. otherEngine: made by an engine that answers otherwise, and not made again. faults: a policy had failed, which no replay brings back; all else is the same. */
  readonly outcome: 'same' | 'differs' | 'otherEngine' | 'faults';
  /** What differs; null else. */
  readonly what: string | null;
}

/** Makes judgements of the log again. */
export interface Replay {
  /** Takes the events of one shard in order, from its first on. */
  take(events: readonly LoggedEvent[]): Promise<readonly Replayed[]>;
}

/** Keeps the policy sets it has loaded, and what is known of packages, from one call to the next. */
export const openReplay = (ports: ReplayPorts): Replay => {
  const setOf = keepPolicySets(ports);
  const packages = new Map<string, KnownPackage>();
  return {
    take: async (events) => {
      const recorded = events.flatMap(judgementsOf);
      const questions: Question[] = [];
      for (const one of recorded) questions.push(await questionOf(ports, one, await setOf(one.policySetDigest)));
      const answers = await answersAgain(ports, recorded, questions);
      return recorded.map((one, i) => {
        const known = packages.get(one.packageKey) ?? unknownPackage;
        packages.set(one.packageKey, evolvePackage(known, one));
        const [question, results] = [questions[i], answers[i]];
        const finding = question && results ? compared(one, question, results, known) : OTHER_ENGINE;
        return { event: one.id, packageKey: one.packageKey, ...finding };
      });
    },
  };
};

const keepPolicySets = ({ evidence, engine }: ReplayPorts): ((digest: string) => Promise<NamedPolicySet>) => {
  const sets = new Map<string, NamedPolicySet>();
  return async (digest) => {
    const known = sets.get(digest);
    if (known) return known;
    const set = await readPolicySet(evidence, digest);
    if (!set) throw new Error(`The policy set ${digest} is not in the evidence store. Run \`weir log verify\`.`);
    await loadPolicySet(evidence, engine, { digest, set });
    sets.set(digest, { digest, set });
    return { digest, set };
  };
};

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

/** For each judgement what the policies say now; null where another engine had been asked. Of a deleted package nothing is asked. */
const answersAgain = async (
  { engine, isSameEngine }: ReplayPorts,
  recorded: readonly RecordedJudgement[],
  questions: readonly Question[],
): Promise<readonly (readonly PolicyResult[] | null)[]> => {
  const isAsked = (one: RecordedJudgement): boolean => one.presence === 'present' && isSameEngine(one.engineDigest);
  const answers = await askPolicies(
    engine,
    questions.filter((_, i) => recorded[i] && isAsked(recorded[i])),
  );
  const next = answers.values();
  return recorded.map((one) => {
    if (isAsked(one)) return next.next().value?.results ?? [];
    return one.presence === 'deleted' ? [] : null;
  });
};

type Finding = Pick<Replayed, 'outcome' | 'what'>;

const OTHER_ENGINE: Finding = { outcome: 'otherEngine', what: null };

/** What failed then is taken as it was recorded: the rest must come out the same, and so must what follows from all of it. */
const compared = (
  one: RecordedJudgement,
  question: Question,
  answers: readonly PolicyResult[],
  known: KnownPackage,
): Finding => {
  const faults = faultsIn(one, known);
  const results = answers.map((result) => faults.find(({ policyId }) => policyId === result.policyId) ?? result);
  const what = differenceOf(one, { question, results }, known);
  if (what !== null) return { outcome: 'differs', what };
  return { outcome: faults.length > 0 ? 'faults' : 'same', what: null };
};
