import { currentTraceparent } from '@weir/service';
import type pg from 'pg';
import type { FeedKind } from '@weir/contracts';
import type { NewLoad } from '../feed-loads.js';

/** A file that takes away more than its feed ever does. */
export interface HeldBackFile extends Omit<
  NewLoad,
  'etag' | 'decided' | 'affectedPackages' | 'foreign' | 'ecosystems'
> {
  readonly digest: string;
  readonly asOf: string;
  readonly absent: number;
  readonly lowered: number;
  readonly reason: string;
}

type Queryable = Pick<pg.Pool, 'query'>;

/** Notes that a file is held back; not again while it is the newest. Take `closeFeeds` before: ids follow the order of commits. */
export const recordHeldBack = async (client: Queryable, file: HeldBackFile): Promise<void> => {
  if ((await readHeldBack(client, file.feed))?.digest === file.digest) return;
  await client.query(
    `INSERT INTO intelligence.feed_held_back (feed, revision, source, digest, as_of, held_at, records, added, changed, removed, skipped, absent, lowered, reason, traceparent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      file.feed,
      file.revision,
      file.source,
      file.digest,
      file.asOf,
      file.loadedAt,
      file.records,
      file.added,
      file.changed,
      file.removed,
      file.skipped,
      file.absent,
      file.lowered,
      file.reason,
      currentTraceparent(),
    ],
  );
};

/** The file of a feed that is held back now; null: its newest file was loaded. */
export const readHeldBack = async (client: Queryable, feed: FeedKind): Promise<HeldBackFile | null> => {
  const { rows } = await client.query<Omit<HeldBackFile, 'loadedAt'> & { readonly heldAt: Date }>(
    `SELECT feed, revision, source, digest, as_of AS "asOf", held_at AS "heldAt", records, added, changed, removed, skipped,
            absent, lowered, reason
       FROM intelligence.feed_held_back
      WHERE feed = $1 AND id > coalesce((SELECT max(id) FROM intelligence.feed_load WHERE feed = $1), 0)
      ORDER BY id DESC LIMIT 1`,
    [feed],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { heldAt, ...file } = row;
  return { ...file, loadedAt: heldAt.toISOString() };
};
