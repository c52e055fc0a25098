import type { Readable } from 'node:stream';
import type { FeedKind } from '@weir/contracts';

/** Where a feed comes from: a path or URL as text, a URL, or the bytes themselves. */
export type FeedSource = string | URL | Readable;

/** A record that could not be used, and where it stands: its line (from 1), in an archive its entry. */
export interface SkippedRecord {
  readonly line?: number;
  readonly entry?: string;
  readonly id?: string;
  readonly reason: string;
}

/**
 * What a load did. records = added + changed + unchanged + foreign + skippedRecords; removed ones are not in the file, and
 * unchanged are those of which nothing was written.
 */
export interface LoadedFeed {
  readonly feed: FeedKind;
  /** Score date, catalogue version, or digest of the file. */
  readonly revision: string;
  readonly records: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Records of ecosystems that Weir does not match: not kept. */
  readonly foreign: number;
  readonly skippedRecords: number;
  /** The first 1,000 of them, and of parts of records that could not be read. */
  readonly skipped: readonly SkippedRecord[];
  /** OSV: records of which a part could not be read; the rest of them counts, and of that part what was known before. */
  readonly incompleteRecords?: number;
  /** The first 1,000 of them, with the paths that were left out. */
  readonly incomplete?: readonly SkippedRecord[];
  /** OSV: how many records name a package of each ecosystem. */
  readonly ecosystems?: Readonly<Record<string, number>>;
  /** OSV: the ecosystems that the file covers: it holds a record about each alone. */
  readonly covers?: readonly string[];
  readonly affectedPackages: number;
  /** Digest of the file as it was sent: names it when a person lets it in. null when it was not sent. */
  readonly content: string | null;
  /** Known entries that the file leaves out or lowers, and that stay until a file of a later day says the same. */
  readonly awaited: number;
  /** Set when the file takes away more than its feed ever does: what it adds was taken, and the feed is no fresher. */
  readonly heldBack: { readonly reason: string; readonly absent: number; readonly lowered: number } | null;
  readonly durationMs: number;
}

export type RefusalKind = 'broken' | 'too-large' | 'outdated' | 'forbidden';

/** A file that was not taken; everything is as it was before. */
export interface FeedRefused {
  readonly refused: { readonly kind: RefusalKind; readonly detail: string; readonly line: number | null };
}

/** Bounds on what one file may hold, in bytes and counts. */
export interface FeedLimits {
  /** As sent. */
  readonly fileBytes: number;
  /** After decompression. */
  readonly textBytes: number;
  readonly recordBytes: number;
  readonly records: number;
}

/** Of one JSON document of a feed, a record or a whole file: bounds what is made of it once it is parsed. */
export const MOST_MEMBERS = 2_000_000;

export const DEFAULT_FEED_LIMITS: FeedLimits = {
  fileBytes: 1024 ** 3,
  textBytes: 2 * 1024 ** 3,
  recordBytes: 16 * 1024 ** 2,
  records: 2_000_000,
};
