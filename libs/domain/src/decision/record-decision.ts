import type { PackageRef, RepositoryRef } from '../package/package-ref.js';
import type { Cause } from './cause.js';
import type { DecisionRecorded, Judgement } from './decision.js';
import { AVAILABLE, desiredState, type PolicyResult, type PolicyTerms } from './desired-state.js';
import { recordedResult } from './recorded-result.js';

/** Everything a decision rests on; `decidedAt` is the clock the policies saw. */
export interface RecordDecision {
  readonly type: 'RecordDecision';
  readonly workspace: string;
  readonly repository: RepositoryRef;
  readonly package: PackageRef;
  readonly presence: 'present' | 'deleted';
  readonly cause: Cause;
  readonly decidedAt: string;
  readonly factsDigest: string | null;
  readonly policySetDigest: string;
  readonly engineDigest: string;
  readonly terms: readonly PolicyTerms[];
  readonly results: readonly PolicyResult[];
}

/** One event for each judgement; none when a change turns out to have changed nothing that was asked. */
export const recordDecision = (command: RecordDecision, state: Judgement): readonly DecisionRecorded[] => {
  if (isSameQuestion(command, state)) return [];
  const { type: _type, terms, results, ...judged } = command;
  const before = state.kind === 'judged' ? { state: state.desired.state, tags: state.desired.tags } : null;
  const claimedBefore = state.kind === 'judged' ? state.claiming : null;
  const desired = command.presence === 'deleted' ? GONE : desiredState(terms, results, claimedBefore);
  return [{ type: 'DecisionRecorded', version: 3, data: { ...judged, results: results.map(recordedResult), desired, before } }];
};

const GONE = { ...AVAILABLE, state: 'deleted', promotion: 'blocked' } as const;

/** An observation is always answered, and time always asks anew; facts and policies ask only when they differ. */
const isSameQuestion = (command: RecordDecision, state: Judgement): boolean =>
  (command.cause.kind === 'feed' || command.cause.kind === 'policy') &&
  state.kind === 'judged' &&
  state.presence === command.presence &&
  state.factsDigest === command.factsDigest &&
  state.policySetDigest === command.policySetDigest;
