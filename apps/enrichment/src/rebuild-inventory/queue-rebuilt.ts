import { textArray } from '@weir/postgres';
import type pg from 'pg';

/** What decisions name as the load that made their facts differ. */
export const REBUILT = 'inventory-rebuild';

/** Queues packages whose facts are not those that were told last, as if all advisories had been loaded anew. */
export const queueRebuilt = async (
  client: Pick<pg.PoolClient, 'query'>,
  keys: readonly string[],
  queuedAt: string,
): Promise<void> => {
  if (keys.length === 0) return;
  await client.query(
    `INSERT INTO intelligence.pending_reassessment (package_key, feed, revision, because, queued_at)
     SELECT key, 'osv', $2, '{}', $3::timestamptz FROM unnest($1::text[]) AS asked (key)`,
    [textArray(keys), REBUILT, queuedAt],
  );
};
