import type pg from 'pg';
import type { Evidence } from './evidence.js';
import { unpackEvidence, type PackedEvidence } from './pack-evidence.js';

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
  const { rows } = await pool.query<PackedEvidence>('SELECT digest, kind, encoding, bytes, size FROM log.evidence WHERE digest = ANY($1)', [digests]);
  return new Map(rows.map((row) => [row.digest, { digest: row.digest, kind: row.kind, bytes: unpackEvidence(row) }]));
};
