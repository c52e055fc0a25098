/** An OSV record (https://ossf.github.io/osv-schema/), read into one shape: lists are never absent. */
export interface AdvisoryRecord {
  readonly id: string;
  readonly modified: string;
  readonly published: string | null;
  readonly withdrawn: string | null;
  readonly aliases: readonly string[];
  readonly related: readonly string[];
  readonly upstream: readonly string[];
  readonly summary: string | null;
  readonly details: string | null;
  readonly severity: readonly AdvisorySeverity[];
  readonly affected: readonly AffectedPackage[];
  readonly references: readonly AdvisoryReference[];
  readonly database_specific: Readonly<Record<string, unknown>> | null;
  /** Every other member of the record, as it stood. */
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface AdvisorySeverity {
  readonly type: string;
  /** A CVSS vector; for type Ubuntu a word. */
  readonly score: string;
}

export interface AdvisoryReference {
  readonly type: string;
  readonly url: string;
}

export interface AffectedPackage {
  readonly package: { readonly ecosystem: string; readonly name: string; readonly purl: string | null } | null;
  readonly ranges: readonly AffectedRange[];
  readonly versions: readonly string[];
  readonly severity: readonly AdvisorySeverity[];
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface AffectedRange {
  readonly type: string;
  readonly events: readonly RangeEvent[];
}

export type RangeEventKind = 'introduced' | 'fixed' | 'last_affected' | 'limit';

export interface RangeEvent {
  readonly kind: RangeEventKind;
  readonly version: string;
}
