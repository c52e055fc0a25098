import type pg from 'pg';
import { textArray } from '@weir/postgres';
import type { Evidence } from './evidence.js';
import { createUnpacker, type StoredEvidence } from './pack-evidence.js';

/** One probe for each digest and one for its frame, however many there are and however short the rows. */
const ROWS = `
  SELECT e.* FROM unnest($1::text[]) AS wanted (digest), LATERAL (
    SELECT e.digest, e.kind, e.encoding, coalesce(e.bytes, (SELECT f.bytes FROM log.evidence_frame f WHERE f.id = e.frame), '') AS bytes, e.size, e.frame, e.start
    FROM log.evidence e WHERE e.digest = wanted.digest LIMIT 1) AS e`;

/** Rows of evidence by digest, as far as there are any, with the bytes of their frames. */
export const readEvidenceRows = async (pool: pg.Pool, digests: readonly string[]): Promise<readonly StoredEvidence[]> =>
  (await pool.query<StoredEvidence>(ROWS, [textArray(digests)])).rows;

/**
 * Evidence by digest, or null when there is none.
 * @throws EvidenceDamaged when the stored bytes do not hash to the digest.
 */
export const readEvidence = async (pool: pg.Pool, digest: string): Promise<Evidence | null> =>
  (await readAllEvidence(pool, [digest])).get(digest) ?? null;

/**
 * Evidence by digest, as far as there is any: one statement, whatever their number.
 * @throws EvidenceDamaged when stored bytes do not hash to their digest.
 */
export const readAllEvidence = async (
  pool: pg.Pool,
  digests: readonly string[],
): Promise<ReadonlyMap<string, Evidence>> => {
  if (digests.length === 0) return new Map();
  const rows = await readEvidenceRows(pool, digests);
  const unpack = createUnpacker();
  return new Map(rows.map((row) => [row.digest, { digest: row.digest, kind: row.kind, bytes: unpack(row) }]));
};
