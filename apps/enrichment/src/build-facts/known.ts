import type { InputV1, PackageMetadata, PackageRef, RepositoryRef } from '@weir/contracts';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';

/** FIRST's Exploit Prediction Scoring System: probability of exploitation within 30 days, 0 to 1. */
export interface EpssScore {
  readonly score: number;
  readonly percentile: number;
  /** Day of the score, YYYY-MM-DD. */
  readonly date: string;
}

/** An entry of CISA's catalogue of known exploited vulnerabilities; dates are YYYY-MM-DD. */
export interface KevEntry {
  readonly dateAdded: string;
  readonly dueDate: string | null;
  /** Known to be used in ransomware campaigns. */
  readonly ransomware: boolean;
}

/** All that the facts are built from. Times are ISO 8601 UTC. */
export interface Known {
  readonly workspace: string;
  readonly repository: RepositoryRef;
  readonly package: PackageRef;
  /** What the registry said of the package; null when it said nothing. */
  readonly metadata: PackageMetadata | null;
  /** When this repository first told of the package. */
  readonly observedAt: string;
  readonly lastDownloadedAt: string | null;
  /** Every advisory that names the package; those that do not affect this version are left out here. */
  readonly advisories: readonly AdvisoryRecord[];
  /** By CVE. */
  readonly epss: ReadonlyMap<string, EpssScore>;
  /** By CVE. */
  readonly kev: ReadonlyMap<string, KevEntry>;
  readonly scorecard: InputV1['scorecard'];
  /** Whether advisories of the package's ecosystem were ever loaded; else it is not known to have none. */
  readonly advisoriesLoaded: boolean;
  /** By vulnerability id (VulnerabilityGroup.id): when it was first known of this package. */
  readonly firstSeenAt: ReadonlyMap<string, string>;
}
