import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type pg from 'pg';

interface Row {
  readonly encoding: string;
  readonly bytes: Buffer;
  readonly start: number | null;
  readonly size: number;
}

/**
 * A piece of evidence by its digest, as the tables hold it; throws when it is not there or is not what its digest
 * names.
 */
export const readEvidence = async (database: pg.Client, digest: string): Promise<Buffer> => {
  const { rows } = await database.query<Row>(
    `SELECT e.encoding, coalesce(e.bytes, f.bytes) AS bytes, e.start, e.size
       FROM log.evidence e LEFT JOIN log.evidence_frame f ON f.id = e.frame WHERE e.digest = $1`,
    [digest],
  );
  const [row] = rows;
  if (!row) throw new Error(`the evidence ${digest} is not in the log`);
  const bytes = unpacked(row);
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (found !== digest) throw new Error(`the evidence ${digest} has the digest ${found}`);
  return bytes;
};

const unpacked = ({ encoding, bytes, start, size }: Row): Buffer => {
  if (encoding === 'identity') return bytes;
  const whole = zstdDecompressSync(bytes);
  return encoding === 'frame' ? whole.subarray(start ?? 0, (start ?? 0) + size) : whole;
};
