import type { DecisionSummary } from '@weir/contracts';

/** A row of `api.decision_view` as `pg` gives it. */
export interface DecisionViewRow {
  readonly id: string;
  readonly workspace: string;
  readonly repository: string;
  readonly purl: string;
  readonly decided_at: Date;
  readonly state: DecisionSummary['after']['state'];
  readonly changed: boolean;
  readonly matched: DecisionSummary['matched'];
  readonly errored: DecisionSummary['errored'];
  /** JSON text of `DecisionDetails`. */
  readonly details: string;
}

/** What no query filters or sorts by. */
export interface DecisionDetails extends Pick<DecisionSummary, 'cause' | 'before' | 'factsDigest' | 'policySetDigest'> {
  readonly tags: DecisionSummary['after']['tags'];
}

export const decisionSummary = (row: DecisionViewRow): DecisionSummary => {
  const { cause, before, tags, factsDigest, policySetDigest } = JSON.parse(row.details) as DecisionDetails;
  return {
    id: row.id,
    workspace: row.workspace,
    repository: row.repository,
    purl: row.purl,
    decidedAt: row.decided_at.toISOString(),
    cause,
    before,
    after: { state: row.state, tags },
    changed: row.changed,
    matched: row.matched,
    errored: row.errored,
    factsDigest,
    policySetDigest,
  };
};
