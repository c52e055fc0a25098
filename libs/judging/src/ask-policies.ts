import type { ActivePolicy, RepositoryRef } from '@weir/contracts';
import { SAME_AGAIN, type PolicyResult } from '@weir/domain';
import type { EvaluationInput, PolicyAnswer, PolicyEngine, Timing } from '@weir/policy';
import { storableJson, storableText } from '@weir/postgres';
import type { FreshnessRead } from './basis.js';
import { inputOf } from './input-of.js';
import { policiesInScope, type Missing, type NamedPolicySet } from './policies-in-scope.js';

/** What judging needs of the engine; it has the policy sets loaded that are asked, under their digests. */
export type Engine = Pick<PolicyEngine, 'evaluate'>;

/** One package to ask about. */
export interface Question {
  readonly policySet: NamedPolicySet;
  readonly repository: RepositoryRef;
  /** Canonical JSON; or why there is none, which every policy then fails of. */
  readonly facts: Uint8Array | Missing;
  readonly freshness: FreshnessRead | null;
  /** The clock that policies see, ISO 8601 in UTC. */
  readonly now: string;
  /** An instant to look ahead to. */
  readonly later?: string;
}

/** What the policies in scope say of one package. */
export interface Answers {
  /** In the set's order of policies. */
  readonly results: readonly PolicyResult[];
  /** How the answers depend on time. What failed for a reason that may pass has none, and is asked again for that. */
  readonly timing: Timing;
}

export interface AskOptions {
  /** Asks these policies alone; all in scope unless given. */
  readonly only?: (policy: ActivePolicy) => boolean;
  /** Is told what was asked of each package and what the engine answered. */
  readonly onAnswers?: (
    policiesAsked: readonly (readonly ActivePolicy[])[],
    answers: readonly (readonly PolicyAnswer[])[],
  ) => void;
}

/** Of a package that no policy is asked about. */
export const NO_ANSWERS: Answers = { results: [], timing: 'timeless' };

/** What every policy in scope says, question by question. Pure but for the engine: the same questions have the same answers. */
export const askPolicies = async (
  engine: Engine,
  asked: readonly Question[],
  options: AskOptions = {},
): Promise<readonly Answers[]> => {
  const questions = asked.map(withWhatIsMissing);
  const answered: Answers[] = questions.map(() => NO_ANSWERS);
  for (const group of bySet(questions)) {
    const policiesAsked = group.map(({ question }) => policiesToAsk(question, options.only));
    const answers = await answersOf(engine, group, policiesAsked);
    options.onAnswers?.(policiesAsked, answers);
    group.forEach(({ index, question: { facts } }, i) => {
      answered[index] = isMissing(facts)
        ? failed(policiesAsked[i] ?? [], facts)
        : answeredBy(policiesAsked[i] ?? [], answers[i] ?? []);
    });
  }
  return answered;
};

/** A set that cannot be asked is as good as facts that cannot be had. */
const withWhatIsMissing = (question: Question): Question =>
  question.policySet.missing ? { ...question, facts: question.policySet.missing } : question;

interface Placed {
  readonly index: number;
  readonly question: Question;
}

/** The engine is asked about one policy set at a time. */
const bySet = (questions: readonly Question[]): readonly (readonly Placed[])[] => [
  ...Map.groupBy(
    questions.map((question, index) => ({ index, question })),
    ({ question }) => question.policySet.digest,
  ).values(),
];

const policiesToAsk = ({ policySet, repository }: Question, only: AskOptions['only']): readonly ActivePolicy[] => {
  const { policies } = policiesInScope(policySet, repository);
  return only === undefined ? policies : policies.filter(only);
};

const answersOf = async (
  engine: Engine,
  group: readonly Placed[],
  policiesAsked: readonly (readonly ActivePolicy[])[],
): Promise<readonly (readonly PolicyAnswer[])[]> => {
  const slots = slotsOf(policiesAsked);
  const inputs = group.map(({ question }, i) => inputFor(question, slots[i] ?? []));
  const key = group[0]?.question.policySet.digest ?? '';
  return inputs.every(({ asks }) => asks.length === 0) ? [] : engine.evaluate({ key, inputs });
};

const NOTHING = new Uint8Array();

const inputFor = ({ facts, freshness, now, later }: Question, slots: readonly string[]): EvaluationInput =>
  isMissing(facts)
    ? { input: NOTHING, now, asks: [] }
    : { input: inputOf(facts, freshness), now, ...(later !== undefined && { later }), asks: slots };

const isMissing = (facts: Uint8Array | Missing): facts is Missing => !(facts instanceof Uint8Array);

/** One list of slots for neighbours that are asked the same: what a worker is sent holds it once. */
const slotsOf = (policiesAsked: readonly (readonly ActivePolicy[])[]): readonly (readonly string[])[] => {
  let last: { readonly policies: readonly ActivePolicy[]; readonly slots: readonly string[] } = {
    policies: [],
    slots: [],
  };
  return policiesAsked.map((policies) => {
    const isSame =
      policies === last.policies ||
      (policies.length === last.slots.length && policies.every(({ slot }, i) => slot === last.slots[i]));
    if (!isSame) last = { policies, slots: policies.map(({ slot }) => slot) };
    return last.slots;
  });
};

const answeredBy = (policies: readonly ActivePolicy[], answers: readonly PolicyAnswer[]): Answers => {
  let timing: Timing = 'timeless';
  const results = policies.map((policy, index) => {
    const answer = answerTo(policy, index, answers);
    if (policy.reads.clock && answer !== undefined && hasTiming(policy, answer))
      timing = soonest(timing, timingOf(policy, answer.timing));
    return resultOf(policy, answer);
  });
  return { results, timing };
};

/** What a policy brings about itself, such as that it contradicts itself, may come and go with time. */
const hasTiming = ({ reads: { time } }: ActivePolicy, { error }: PolicyAnswer): boolean =>
  error === null || (time !== 'never' && SAME_AGAIN.has(error.code));

/** The same at both ends of a day says that nothing changes between them only of what changes one way. */
const timingOf = ({ reads: { time } }: ActivePolicy, timing: Timing): Timing =>
  timing === 'steady' && time !== 'never' && time !== 'oneWay' ? 'moving' : timing;

/** Answers come in the order of the asks. */
const answerTo = ({ slot }: ActivePolicy, index: number, answers: readonly PolicyAnswer[]): PolicyAnswer | undefined =>
  answers[index]?.policyId === slot ? answers[index] : answers.find(({ policyId }) => policyId === slot);

const soonest = (one: Timing, other: Timing): Timing =>
  one === 'moving' || other === 'moving' ? 'moving' : one === 'steady' ? 'steady' : other;

/** Invariant: an answer that is missing is a fault of the engine, recorded as an error and never as "no match". */
const resultOf = (policy: ActivePolicy, answer: PolicyAnswer | undefined): PolicyResult => ({
  policyId: policy.policyId,
  name: policy.name,
  revision: policy.revision,
  match: answer?.match ?? null,
  reasons: (answer?.reasons ?? []).map(storableText),
  output: storableJson(answer?.output ?? '{}'),
  error: answer ? answer.error : { code: 'engine_fault', message: 'The engine gave no answer.' },
});

/** Invariant: without facts nobody is asked and nobody passes: each policy fails, and does what its author chose for that. */
const failed = (policies: readonly ActivePolicy[], { code, message }: Missing): Answers => ({
  results: policies.map(({ policyId, name, revision }) => ({
    policyId,
    name,
    revision,
    match: null,
    reasons: [],
    output: '{}',
    error: { code, message },
  })),
  timing: 'timeless',
});
