import type pg from 'pg';
import type { CoveredEcosystems } from './ecosystem-loads.js';
import type { FeedLimits } from './feed.js';
import type { Chunks } from './peek.js';
import type { SkippedRecords } from './skipped-records.js';

/** What the load of one feed works with. Everything it writes is in the transaction of `client`. */
export interface LoadTask {
  readonly client: pg.PoolClient;
  /** The file after decompression; for a zip archive the archive itself. */
  readonly chunks: Chunks;
  readonly isArchive: boolean;
  readonly skipped: SkippedRecords;
  readonly limits: FeedLimits;
  /** Given by the caller; null: the feed's own. */
  readonly revision: string | null;
  readonly loadedAt: string;
  /** sha256 of the file as sent; known once all of it was read. */
  readonly digest: () => string;
}

export interface FeedLoad {
  readonly revision: string;
  /** The date the source itself states. */
  readonly asOf: string | null;
  readonly records: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly foreign: number;
  /** OSV: how many records name a package of each ecosystem, those that Weir does not match too. */
  readonly ecosystems?: Readonly<Record<string, number>>;
  /** OSV: the ecosystems that the file covers. */
  readonly covered?: CoveredEcosystems;
  readonly affectedPackages: number;
}
