import type { Cause } from '@weir/domain';
import { basisUnder, policiesInScope } from '@weir/judging';
import type { WorkspaceConditions } from '../conditions/current-conditions.js';
import type { JudgementRow } from './judgement-rows.js';

/**
 * Why a package is due on the facts that are known already: what it rests on differs, or its deadline has come. It is
 * the same whoever noticed, a sweep or a look at deadlines. `now`: ISO 8601 in UTC.
 */
export const whyDue = (row: JudgementRow, conditions: WorkspaceConditions, now: string): Cause => {
  const { policySet, engineDigest } = conditions;
  if (isSameBasis(row, conditions)) return deadlineCause(row, now);
  if (row.policySetDigest !== policySet.digest) return { kind: 'policy', policySetDigest: policySet.digest };
  return row.engineDigest === engineDigest
    ? { kind: 'freshness', freshnessDigest: null }
    : { kind: 'engine', engineDigest };
};

const isSameBasis = (row: JudgementRow, conditions: WorkspaceConditions): boolean =>
  row.judgement.kind === 'judged' &&
  row.judgement.basis === basisUnder(row, policiesInScope(conditions.policySet, row.repository), conditions);

const deadlineCause = ({ retryAt, deadline, judgement }: JudgementRow, now: string): Cause => {
  if (retryAt === null || retryAt > now || judgement.kind === 'unjudged')
    return { kind: 'time', dueAt: deadline ?? now };
  return {
    kind: 'retry',
    policies: Object.entries(judgement.memory).flatMap(([policyId, { failures }]) => (failures > 0 ? [policyId] : [])),
  };
};
