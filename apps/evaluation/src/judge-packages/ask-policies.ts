import type { ActivePolicy } from '@weir/contracts';
import { isInScope, type PolicyResult } from '@weir/domain';
import type { EvaluationInput, PolicyAnswer, PolicyEngine } from '@weir/policy';
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
}

export const policiesInScope = (policySet: LoadedPolicySet, subject: Pick<Judgeable, 'repository'>): readonly ActivePolicy[] =>
  policySet.set.policies.filter((policy) => isInScope(policy.scope, subject.repository));

/** The results of every policy in scope, question by question, in the set's order of policies. */
export const askPolicies = async (
  engine: PolicyEngine,
  questions: readonly Question[],
  only: (policy: ActivePolicy) => boolean = () => true,
): Promise<readonly (readonly PolicyResult[])[]> => {
  const results: (readonly PolicyResult[])[] = questions.map(() => []);
  for (const group of groupBySet(questions)) {
    const asked = group.map(({ question }) => policiesInScope(question.policySet, question.subject).filter(only));
    const inputs = group.map(({ question }, i): EvaluationInput => ({ input: question.facts, now: question.now, asks: (asked[i] ?? []).map(({ slot }) => slot) }));
    const key = group[0]?.question.policySet.digest ?? '';
    const answers = inputs.every(({ asks }) => asks.length === 0) ? [] : await engine.evaluate({ key, inputs });
    measureAnswers(asked, answers);
    group.forEach(({ index }, i) => {
      results[index] = (asked[i] ?? []).map((policy) => resultOf(policy, answers[i]?.find(({ policyId }) => policyId === policy.slot)));
    });
  }
  return results;
};

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
  revisionDigest: policy.revisionDigest,
  match: answer?.match ?? null,
  reasons: (answer?.reasons ?? []).map(storableText),
  output: storableJson(answer?.output ?? '{}'),
  error: answer ? answer.error : { code: 'engine_fault', message: 'The engine gave no answer.' },
});
