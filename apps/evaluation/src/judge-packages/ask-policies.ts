import type { ActivePolicy } from '@weir/contracts';
import { isInScope, type PolicyResult } from '@weir/domain';
import type { EvaluationInput, PolicyAnswer, PolicyEngine, Timing } from '@weir/policy';
import type { LoadedPolicySet } from '../policy-sets/current-policy-sets.js';
import type { Judgeable } from './judgeable.js';
import { measureAnswers } from './measure-answers.js';
import { storableJson, storableText } from './storable-text.js';

/** One package to ask about, with the facts it is asked on. */
export interface Question {
  readonly subject: Pick<Judgeable, 'repository' | 'presence'>;
  readonly policySet: LoadedPolicySet;
  readonly facts: Uint8Array;
  readonly now: string;
  /** An instant to look ahead to. */
  readonly later?: string;
}

/** What the policies in scope say of one package. */
export interface Asked {
  /** In the set's order of policies. */
  readonly results: readonly PolicyResult[];
  /** How all of it together depends on time. */
  readonly timing: Timing;
}

/** The set's own list when all are: what follows from it is then worked out once for many packages. */
export const policiesInScope = ({ set: { policies } }: LoadedPolicySet, { repository }: Pick<Judgeable, 'repository'>): readonly ActivePolicy[] => {
  const applies = ({ scope }: ActivePolicy): boolean => isInScope(scope, repository);
  return policies.every(applies) ? policies : policies.filter(applies);
};

/** What every policy in scope says, question by question. */
export const askPolicies = async (
  engine: PolicyEngine,
  questions: readonly Question[],
  only?: (policy: ActivePolicy) => boolean,
): Promise<readonly Asked[]> => {
  const told: Asked[] = questions.map(() => NOT_ASKED);
  for (const group of groupBySet(questions)) {
    const inScope = group.map(({ question }) => policiesInScope(question.policySet, question.subject));
    const asked = only === undefined ? inScope : inScope.map((policies) => policies.filter(only));
    const slots = slotsOf(asked);
    const inputs = group.map(({ question }, i): EvaluationInput => ({ input: question.facts, now: question.now, ...(question.later !== undefined && { later: question.later }), asks: slots[i] ?? [] }));
    const key = group[0]?.question.policySet.digest ?? '';
    const answers = inputs.every(({ asks }) => asks.length === 0) ? [] : await engine.evaluate({ key, inputs });
    measureAnswers(asked, answers);
    group.forEach(({ index }, i) => {
      told[index] = askedOf(asked[i] ?? [], answers[i] ?? []);
    });
  }
  return told;
};

/** One list of slots for neighbours that are asked the same: what a worker is sent holds it once. */
const slotsOf = (asked: readonly (readonly ActivePolicy[])[]): readonly (readonly string[])[] => {
  let last: { readonly policies: readonly ActivePolicy[]; readonly slots: readonly string[] } = { policies: [], slots: [] };
  return asked.map((policies) => {
    const isSame = policies === last.policies || (policies.length === last.slots.length && policies.every(({ slot }, i) => slot === last.slots[i]));
    if (!isSame) last = { policies, slots: policies.map(({ slot }) => slot) };
    return last.slots;
  });
};

/** Of a package that no policy is asked about. */
export const NOT_ASKED: Asked = { results: [], timing: 'timeless' };

const askedOf = (policies: readonly ActivePolicy[], answers: readonly PolicyAnswer[]): Asked => {
  // Answers come in the order of the asks.
  const answerOf = ({ slot }: ActivePolicy, index: number): PolicyAnswer | undefined =>
    answers[index]?.policyId === slot ? answers[index] : answers.find(({ policyId }) => policyId === slot);
  let timing: Timing = 'timeless';
  const results = policies.map((policy, index) => {
    const answer = answerOf(policy, index);
    if (policy.reads.clock) timing = soonest(timing, answer?.timing ?? 'moving');
    return resultOf(policy, answer);
  });
  return { results, timing };
};

const soonest = (one: Timing, other: Timing): Timing =>
  one === 'moving' || other === 'moving' ? 'moving' : one === 'steady' ? 'steady' : other;

const groupBySet = (questions: readonly Question[]): readonly { readonly index: number; readonly question: Question }[][] => {
  const groups = new Map<string, { index: number; question: Question }[]>();
  questions.forEach((question, index) => {
    const group = groups.get(question.policySet.digest) ?? [];
    group.push({ index, question });
    groups.set(question.policySet.digest, group);
  });
  return [...groups.values()];
};

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
