import {
  desiredState,
  evolveJudgement,
  isSilent,
  recordJudgement,
  remember,
  unjudged,
  type DecisionRecorded,
  type Judgement,
  type Memory,
  type PolicyResult,
  type RecordJudgement,
} from '@weir/domain';
import type { Question } from '../ask-policies.js';
import { basisOf } from '../basis.js';
import { policiesInScope } from '../policies-in-scope.js';
import { saidOf } from '../said-of.js';
import type { RecordedJudgement } from './recorded-judgement.js';

type Data = DecisionRecorded['data'];

/** A package as far as its shard was read. */
export interface KnownPackage {
  readonly judgement: Judgement;
  /** Answers that failed in its last decision: what a confirmation says failed still. */
  readonly faults: readonly PolicyResult[];
}

export const unknownPackage: KnownPackage = { judgement: unjudged, faults: [] };

export const evolvePackage = (known: KnownPackage, { event, packageKey }: RecordedJudgement): KnownPackage => ({
  judgement: evolveJudgement(known.judgement, event, packageKey),
  faults: event.type === 'DecisionRecorded' ? faultsOf(event.data.results) : known.faults,
});

const faultsOf = (results: Data['results']): readonly PolicyResult[] => results.filter(isFault);

/** Invariant: an answer that failed is kept whole, in every version. */
const isFault = (result: Data['results'][number]): result is PolicyResult => Boolean(result.error);

/** What had failed when this was judged, which no replay brings back. */
export const faultsIn = ({ event, memory = {} }: RecordedJudgement, known: KnownPackage): readonly PolicyResult[] =>
  event.type === 'DecisionRecorded'
    ? faultsOf(event.data.results)
    : known.faults.filter(({ policyId }) => (memory[policyId]?.failures ?? 0) > 0);

/** A judgement that was made again. */
export interface JudgedAgain {
  readonly question: Pick<Question, 'policySet' | 'freshness'>;
  /** In the order of the policies; what failed then as it was recorded. */
  readonly results: readonly PolicyResult[];
}

/** What of a judgement comes out otherwise when it is made again; null when all is the same. */
export const differenceOf = (one: RecordedJudgement, again: JudgedAgain, known: KnownPackage): string | null => {
  if (one.basis !== null && basisAgain(one, again) !== one.basis) return 'it rests on something else';
  if (one.event.type === 'DecisionRecorded') return differenceOfDecision(one, one.event.data, again, known);
  return differenceOfConfirmation(one, again, known);
};

const SAY_ELSE = 'the policies say something else together';

const differenceOfConfirmation = (
  one: RecordedJudgement,
  { question, results }: JudgedAgain,
  { judgement }: KnownPackage,
): string | null => {
  if (judgement.kind === 'unjudged') return 'it was never decided about';
  if (saidOf(results) !== one.said) return SAY_ELSE;
  const { policies } = policiesInScope(question.policySet, one.repository);
  const desired = desiredState(policies, results, judgement.memory);
  if (JSON.stringify(desired) !== JSON.stringify(judgement.desired)) return 'another state follows';
  return isSameMemory(remember(judgement.memory, policies, results), one.memory) ? null : REMEMBERS_ELSE;
};

const REMEMBERS_ELSE = 'something else is remembered';

const basisAgain = (one: RecordedJudgement, { question: { policySet, freshness } }: JudgedAgain): string =>
  basisOf(
    one,
    policiesInScope(policySet, one.repository),
    { engineDigest: one.engineDigest, exceptionsDigest: null },
    freshness,
  );

const differenceOfDecision = (
  one: RecordedJudgement,
  data: Data,
  again: JudgedAgain,
  { judgement }: KnownPackage,
): string | null => {
  const policy = policyThatDiffers(data.results, again.results);
  if (policy !== null) return `policy ${policy} answers otherwise`;
  const outcome = recordJudgement(commandOf(one, data, again), judgement);
  if (outcome.kind === 'decided') return firstThatDiffers(data, outcome.event.data);
  // Versions before 4 decided also where nothing changed.
  if (data.basis !== null) return 'nothing changes, which is confirmed and not decided';
  return judgement.kind === 'judged' ? firstThatDiffers(data, { ...data, desired: judgement.desired }) : null;
};

/** The first policy whose answer is not as it was recorded; null when all are. */
const policyThatDiffers = (recorded: Data['results'], again: readonly PolicyResult[]): string | null => {
  const spoken = again.filter((result) => !isSilent(result));
  const ids = new Set([...recorded, ...spoken].map(({ policyId }) => policyId));
  const answerOf = (results: Data['results'], id: string): string => {
    const result = results.find(({ policyId }) => policyId === id);
    return JSON.stringify(result && [result.revision, result.match, result.reasons, result.output, result.error]);
  };
  const differing = [...ids].filter((id) => answerOf(recorded, id) !== answerOf(spoken, id));
  return differing.length === 0 ? null : String(differing[0]);
};

const commandOf = (one: RecordedJudgement, data: Data, { question, results }: JudgedAgain): RecordJudgement => ({
  type: 'RecordJudgement',
  packageKey: one.packageKey,
  workspace: data.workspace,
  repository: data.repository,
  package: data.package,
  presence: data.presence,
  cause: data.cause,
  decidedAt: data.decidedAt,
  factsDigest: data.factsDigest,
  policySetDigest: data.policySetDigest,
  engineDigest: data.engineDigest,
  freshnessDigest: one.freshnessDigest,
  basis: data.basis ?? '',
  said: saidOf(results),
  terms: policiesInScope(question.policySet, data.repository).policies,
  results,
});

const firstThatDiffers = (recorded: Data, again: Data): string | null => {
  const differs = (is: unknown, was: unknown): boolean => JSON.stringify(is) !== JSON.stringify(was);
  if (differs(again.desired, recorded.desired)) return 'another state follows';
  if (differs(again.before, recorded.before)) return 'another state was before';
  if (recorded.basis === null) return null;
  if (again.said !== recorded.said) return SAY_ELSE;
  return isSameMemory(again.memory, recorded.memory) ? null : REMEMBERS_ELSE;
};

/** How often a policy had failed is no part of what is compared: the log is not told of each failure. */
const isSameMemory = (again: Memory | undefined, recorded: Memory | undefined): boolean =>
  JSON.stringify(comparable(again)) === JSON.stringify(comparable(recorded));

const comparable = (memory: Memory = {}): unknown =>
  Object.entries(memory)
    .map(([policyId, { match, failures }]) => [policyId, match, failures > 0])
    .sort();
