import type pg from 'pg';
import type { CoveredEcosystems } from './ecosystem-loads.js';
import type { FeedLimits } from './feed.js';
import type { Chunks } from './peek.js';
import type { SkippedRecords } from './skipped-records.js';

/** A person's word for what happens to a file. */
export interface Decided {
  readonly by: string;
  readonly because: string;
}

/** What the load of one feed works with. Everything it writes is in the transaction of `client`. */
export interface LoadTask {
  readonly client: pg.PoolClient;
  /** The file after decompression; for a zip archive the archive itself. */
  readonly chunks: Chunks;
  readonly isArchive: boolean;
  readonly skipped: SkippedRecords;
  /** Records of which a part could not be read and the rest counts. */
  readonly incomplete: SkippedRecords;
  readonly limits: FeedLimits;
  /** Given by the caller; null: the feed's own. */
  readonly revision: string | null;
  readonly loadedAt: string;
  /** Whether the file is put in the place of what is known, although that is newer or the file takes much away. */
  readonly replaces: boolean;
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
  /** Of a feed of whole states: what the file takes away and that waits for a later day or a person. */
  readonly waits?: Waits;
}

export interface Waits {
  /** Entries that the file leaves out. */
  readonly absent: number;
  /** Entries that it lowers. */
  readonly lowered: number;
  /** Why the file is held back; null: it takes away no more than its feed does. */
  readonly heldBack: string | null;
}
