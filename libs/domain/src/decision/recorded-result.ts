import type { PolicyResult } from './desired-state.js';

/**
 * A policy's answer as a decision keeps it. Where the policy did not match, gave no reason and did not fail, its output says
 * all there is, and the rest is left out: most answers are such, and what they repeated was a third of a decision.
 */
export type RecordedResult = Pick<PolicyResult, 'policyId' | 'revision' | 'output'> & Partial<PolicyResult>;

export const recordedResult = (result: PolicyResult): RecordedResult => {
  const { policyId, revision, match, reasons, output, error } = result;
  return match === false && reasons.length === 0 && error === null ? { policyId, revision, output } : result;
};
