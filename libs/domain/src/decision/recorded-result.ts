import type { PolicyResult } from './desired-state.js';

/** A policy's answer as a decision keeps it. Of versions before 4 the policies that do not match have an output alone. */
export type RecordedResult = Pick<PolicyResult, 'policyId' | 'revision' | 'output'> & Partial<PolicyResult>;

/** Whether an answer says nothing: it does not match, gives no reason and did not fail. The policy set names who was asked. */
export const isSilent = ({ match, reasons, error }: Pick<PolicyResult, 'match' | 'reasons' | 'error'>): boolean =>
  match === false && reasons.length === 0 && error === null;
