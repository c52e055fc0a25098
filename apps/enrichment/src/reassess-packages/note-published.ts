import { textArray } from '@weir/postgres';
import type pg from 'pg';
import type { InventoryEntry } from '../inventory/inventory-entry.js';

const NOTE = `
  WITH held AS (
    SELECT package_key FROM intelligence.inventory WHERE package_key = ANY ($1::text[]) ORDER BY package_key FOR UPDATE
  )
  UPDATE intelligence.inventory i SET facts_digest = published.digest
    FROM held JOIN unnest($1::text[], $2::text[], $3::text[]::bigint[]) AS published (key, digest, sequence)
      ON published.key = held.package_key
   WHERE i.package_key = held.package_key AND i.sequence = published.sequence`;

/**
 * Notes which facts were told of packages, once they are published. Invariant: facts that are older by now move nothing
 * back: an observation in between was told under a higher number. Rows are locked in the order in which all do.
 */
export const notePublished = async (client: pg.PoolClient, published: readonly InventoryEntry[]): Promise<void> => {
  if (published.length === 0) return;
  await client.query(NOTE, [
    textArray(published.map(({ key }) => key)),
    textArray(published.map(({ factsDigest }) => factsDigest)),
    textArray(published.map(({ sequence }) => String(sequence))),
  ]);
};
