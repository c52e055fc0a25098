import type { PackageSummary } from '@weir/contracts';

/** A row of `api.package_view` as `pg` gives it. */
export interface PackageViewRow {
  readonly package_key: string;
  readonly workspace: string;
  readonly repository: string;
  readonly environment: PackageSummary['environment'];
  readonly format: string;
  readonly team: string | null;
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly presence: PackageSummary['presence'];
  readonly state: PackageSummary['state'];
  readonly tags: string[];
  readonly promotion: PackageSummary['promotion'];
  readonly reasons: PackageSummary['reasons'];
  readonly decision_id: string;
  readonly decided_at: Date;
  readonly cause_kind: PackageSummary['decision']['cause'];
  readonly changed_at: Date | null;
}

export const packageSummary = (row: PackageViewRow): PackageSummary => ({
  purl: row.purl,
  name: row.name,
  version: row.version,
  workspace: row.workspace,
  repository: row.repository,
  environment: row.environment,
  format: row.format,
  team: row.team,
  presence: row.presence,
  state: row.state,
  tags: row.tags,
  promotion: row.promotion,
  reasons: row.reasons,
  decision: { id: row.decision_id, decidedAt: row.decided_at.toISOString(), cause: row.cause_kind },
  changedAt: (row.changed_at ?? row.decided_at).toISOString(),
});
