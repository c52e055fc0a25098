import type { DecisionSummary } from '@weir/contracts';

/** A row of `api.decision_view` as `pg` gives it. */
export interface DecisionViewRow {
  readonly id: string;
  readonly workspace: string;
  readonly repository: string;
  readonly purl: string;
  readonly decided_at: Date;
  readonly cause_kind: DecisionSummary['cause']['kind'];
  readonly cause_detail: string;
  readonly before: DecisionSummary['before'];
  readonly state: DecisionSummary['after']['state'];
  readonly tags: string[];
  readonly changed: boolean;
  readonly matched: DecisionSummary['matched'];
  readonly errored: DecisionSummary['errored'];
  readonly facts_digest: string | null;
  readonly policy_set_digest: string;
}

export const decisionSummary = (row: DecisionViewRow): DecisionSummary => ({
  id: row.id,
  workspace: row.workspace,
  repository: row.repository,
  purl: row.purl,
  decidedAt: row.decided_at.toISOString(),
  cause: { kind: row.cause_kind, detail: row.cause_detail },
  before: row.before,
  after: { state: row.state, tags: row.tags },
  changed: row.changed,
  matched: row.matched,
  errored: row.errored,
  factsDigest: row.facts_digest,
  policySetDigest: row.policy_set_digest,
});
