import type pg from 'pg';
import type { Evidence } from './evidence.js';
import { createUnpacker, type StoredEvidence } from './pack-evidence.js';
import { textArray } from './text-array.js';

const ROWS = `
  SELECT e.digest, e.kind, e.encoding, coalesce(e.bytes, f.bytes, '') AS bytes, e.size, e.frame, e.start
  FROM log.evidence e LEFT JOIN log.evidence_frame f ON f.id = e.frame WHERE e.digest = ANY($1)`;

/** Rows of evidence by digest, as far as there are any, with the bytes of their frames. */
export const readEvidenceRows = async (pool: pg.Pool, digests: readonly string[]): Promise<readonly StoredEvidence[]> => (await pool.query<StoredEvidence>(ROWS, [textArray(digests)])).rows;

/**
 * Evidence by digest, or null when there is none.
 * @throws EvidenceDamaged when the stored bytes do not hash to the digest.
 */
export const readEvidence = async (pool: pg.Pool, digest: string): Promise<Evidence | null> => (await readAllEvidence(pool, [digest])).get(digest) ?? null;

/**
 * Evidence by digest, as far as there is any: one statement, whatever their number.
 * @throws EvidenceDamaged when stored bytes do not hash to their digest.
 */
export const readAllEvidence = async (pool: pg.Pool, digests: readonly string[]): Promise<ReadonlyMap<string, Evidence>> => {
  if (digests.length === 0) return new Map();
  const rows = await readEvidenceRows(pool, digests);
  const unpack = createUnpacker();
  return new Map(rows.map((row) => [row.digest, { digest: row.digest, kind: row.kind, bytes: unpack(row) }]));
};
