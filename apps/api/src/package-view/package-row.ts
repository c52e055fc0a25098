import type { PackageSummary } from '@weir/contracts';

/** A row of `api.package_view` as `pg` gives it. */
export interface PackageViewRow {
  readonly package_key: string;
  readonly workspace: string;
  readonly repository: string;
  readonly format: string;
  readonly purl: string;
  readonly name: string;
  readonly presence: PackageSummary['presence'];
  readonly state: PackageSummary['state'];
  readonly tags: string[];
  readonly decided_at: Date;
  readonly changed_at: Date | null;
  /** JSON text of `PackageDetails`. */
  readonly details: string;
}

/** What no query filters or sorts by. */
export interface PackageDetails extends Pick<
  PackageSummary,
  'environment' | 'team' | 'version' | 'promotion' | 'reasons'
> {
  readonly decision: Pick<PackageSummary['decision'], 'id' | 'cause'>;
}

export const packageSummary = (row: PackageViewRow): PackageSummary => {
  const { version, environment, team, promotion, reasons, decision } = JSON.parse(row.details) as PackageDetails;
  return {
    purl: row.purl,
    name: row.name,
    version,
    workspace: row.workspace,
    repository: row.repository,
    environment,
    format: row.format,
    team,
    presence: row.presence,
    state: row.state,
    tags: row.tags,
    promotion,
    reasons,
    decision: { id: decision.id, decidedAt: row.decided_at.toISOString(), cause: decision.cause },
    changedAt: (row.changed_at ?? row.decided_at).toISOString(),
  };
};
