import type { PackageMetadata, PackageRef, RepositoryRef } from '@weir/contracts';

/** What observations amount to: a package in a repository. Times are ISO 8601 UTC with milliseconds. */
export interface PackageState {
  readonly key: string;
  readonly workspace: string;
  readonly repository: RepositoryRef;
  readonly package: PackageRef;
  readonly metadata: PackageMetadata | null;
  readonly presence: 'present' | 'deleted';
  /** When the first observation of it was received. */
  readonly firstSeenAt: string;
  /** When the latest observation of it was received. */
  readonly observedAt: string;
  readonly lastDownloadedAt: string | null;
}

/** A package in a repository as enrichment remembers it, and which facts were told of it last. */
export interface InventoryEntry extends PackageState {
  /** Of its latest facts; the first are number 1. */
  readonly sequence: number;
  /** Of the facts that were told last; null: it was deleted, or what was told is not known. */
  readonly factsDigest: string | null;
}
