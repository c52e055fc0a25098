import type { DecisionRecorded, PolicyResult } from '@weir/domain';
import { count, record } from '@weir/service';

type AnswerCounts = Record<'match' | 'no_match' | 'undefined' | 'error', number>;

/** What a batch adds up to, by workspace; a counter with labels costs 2 us, fifty times a sum. */
interface Sums {
  /** By the decision's state and cause. */
  readonly decisions: Map<string, number>;
  /** By state before, state after, and cause. */
  readonly changes: Map<string, number>;
  /** By the policy's id. */
  readonly answers: Map<string, AnswerCounts>;
  /** By the policy's id and code. */
  readonly faults: Map<string, number>;
}

/** The name of a policy of a workspace. */
export type PolicyNames = (workspace: string, policyId: string) => string;

/** A decision, and all that was answered: the decision keeps no answer that says nothing. */
export interface Measured {
  readonly decision: DecisionRecorded | null;
  readonly answers: { readonly results: readonly PolicyResult[] };
}

/** Counts committed decisions, and how long the events among them waited; `now` is when they were committed. */
export const measureDecisions = (measured: readonly Measured[], nameOf: PolicyNames, now: Date): void => {
  const sums = new Map<string, Sums>();
  for (const { decision, answers } of measured) {
    if (!decision) continue;
    const { data } = decision;
    const { workspace, cause } = data;
    let sum = sums.get(workspace);
    if (!sum)
      sums.set(workspace, (sum = { decisions: new Map(), changes: new Map(), answers: new Map(), faults: new Map() }));
    addDecision(sum, data, answers.results);
    if (cause.kind === 'observation')
      record('decisionLatency', (now.getTime() - Date.parse(cause.observation.receivedAt)) / 1000, {});
  }
  for (const [workspace, sum] of sums) tell(workspace, sum, (policyId) => nameOf(workspace, policyId));
};

const BETWEEN = '\n';
const increase = (sums: Map<string, number>, ...key: readonly string[]): void => {
  const name = key.join(BETWEEN);
  sums.set(name, (sums.get(name) ?? 0) + 1);
};

const addDecision = (
  sum: Sums,
  { cause, desired, before }: DecisionRecorded['data'],
  results: readonly PolicyResult[],
): void => {
  increase(sum.decisions, desired.state, cause.kind);
  if (before && before.state !== desired.state) increase(sum.changes, before.state, desired.state, cause.kind);
  for (const result of results) {
    let answers = sum.answers.get(result.policyId);
    if (!answers) sum.answers.set(result.policyId, (answers = { match: 0, no_match: 0, undefined: 0, error: 0 }));
    answers[kindOf(result)] += 1;
    if (result.error) increase(sum.faults, result.policyId, result.error.code);
  }
};

const kindOf = ({ error, match }: PolicyResult): keyof AnswerCounts => {
  if (error) return 'error';
  if (match === null) return 'undefined';
  return match ? 'match' : 'no_match';
};

const tell = (
  workspace: string,
  { decisions, changes, answers, faults }: Sums,
  nameOf: (policyId: string) => string,
): void => {
  for (const [key, amount] of decisions) {
    const [outcome = '', cause = ''] = key.split(BETWEEN);
    count('decisions', amount, { workspace, outcome, cause });
  }
  for (const [key, amount] of changes) {
    const [from = '', to = '', cause = ''] = key.split(BETWEEN);
    count('stateChanges', amount, { workspace, from, to, cause });
  }
  for (const [policyId, results] of answers)
    for (const [result, amount] of Object.entries(results))
      if (amount > 0) count('policyResults', amount, { workspace, policy: nameOf(policyId), result });
  for (const [key, amount] of faults) {
    const at = key.lastIndexOf(BETWEEN);
    count('policyFaults', amount, { workspace, policy: nameOf(key.slice(0, at)), code: key.slice(at + 1) });
  }
};
