import type pg from 'pg';
import type { FeedKind } from '@weir/contracts';
import type { LoadedFeed } from './feed.js';
import { recordLoad } from './feed-loads.js';
import type { Decided, FeedLoad } from './load-task.js';
import type { SkippedRecords } from './skipped-records.js';
import { recordHeldBack } from './whole-state/held-back-files.js';

interface ReadFile {
  readonly feed: FeedKind;
  readonly source: string;
  readonly digest: string;
  readonly etag: string | null;
  readonly loadedAt: string;
  readonly skipped: SkippedRecords;
  readonly incomplete: SkippedRecords;
  readonly replaces: Decided | null;
}

/** Notes what became of a file, in its transaction, and answers it. Invariant: a file that is held back is no load. */
export const recordOutcome = async (
  client: pg.PoolClient,
  { ecosystems, covered = {}, waits, ...load }: FeedLoad,
  file: ReadFile,
): Promise<Omit<LoadedFeed, 'durationMs'>> => {
  const { feed, source, digest, etag, loadedAt, skipped, incomplete, replaces } = file;
  const { asOf, affectedPackages, foreign, ...counts } = load;
  const told = { feed, source, digest, loadedAt, skipped: skipped.count(), ...counts };
  const { absent = 0, lowered = 0, heldBack = null } = waits ?? {};
  if (heldBack !== null)
    await recordHeldBack(client, { ...told, asOf: asOf ?? loadedAt, absent, lowered, reason: heldBack });
  else {
    const decided = replaces && { ...replaces, how: 'replaced' as const, at: loadedAt };
    await recordLoad(client, { ...told, etag, asOf, affectedPackages, foreign, ecosystems: covered, decided });
  }
  return {
    feed,
    ...counts,
    unchanged: counts.records - counts.added - counts.changed - foreign - skipped.count(),
    foreign,
    skippedRecords: skipped.count(),
    skipped: skipped.listed,
    ...(feed === 'osv' && { incompleteRecords: incomplete.count(), incomplete: incomplete.listed }),
    ...(ecosystems && { ecosystems, covers: Object.keys(covered) }),
    affectedPackages,
    content: digest,
    awaited: absent + lowered,
    heldBack: heldBack === null ? null : { reason: heldBack, absent, lowered },
  };
};
