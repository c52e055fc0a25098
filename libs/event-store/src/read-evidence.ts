import type pg from 'pg';
import type { Evidence } from './evidence.js';
import { unpackEvidence, type PackedEvidence } from './pack-evidence.js';

/**
 * Evidence by digest, or null when there is none.
 * @throws EvidenceDamaged when the stored bytes do not hash to the digest.
 */
export const readEvidence = async (pool: pg.Pool, digest: string): Promise<Evidence | null> => {
  const { rows } = await pool.query<PackedEvidence>('SELECT digest, kind, encoding, bytes, size FROM log.evidence WHERE digest = $1', [digest]);
  return rows[0] === undefined ? null : { digest, kind: rows[0].kind, bytes: unpackEvidence(rows[0]) };
};
