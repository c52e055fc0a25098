import type pg from 'pg';
import { groupBySize, textArray } from '@weir/postgres';
import { createUnpacker, type StoredEvidence } from './pack-evidence.js';
import { readEvidenceRows } from './read-evidence.js';

const REMEMBERED = 100_000;
const LARGEST_READ = 16 * 1024 * 1024;

/** What is wrong with evidence, by digest; evidence that is stored and hashes right is not listed. */
export type EvidenceFaults = ReadonlyMap<string, string>;

/** Checks digests, remembering a bounded number of sound ones: thousands of events name the same policy set. */
export const createEvidenceCheck = (pool: pg.Pool): ((digests: Iterable<string>) => Promise<EvidenceFaults>) => {
  const sound = new Set<string>();
  return async (digests) => {
    const unknown = [...new Set(digests)].filter((digest) => !sound.has(digest));
    const faults = await checkStored(pool, unknown);
    if (sound.size > REMEMBERED) sound.clear();
    for (const digest of unknown) if (!faults.has(digest)) sound.add(digest);
    return faults;
  };
};

const checkStored = async (pool: pg.Pool, digests: readonly string[]): Promise<EvidenceFaults> => {
  if (digests.length === 0) return new Map();
  const { rows } = await pool.query<{ digest: string; stored: number }>(
    `SELECT e.* FROM unnest($1::text[]) AS named (digest), LATERAL (
       SELECT e.digest, coalesce(octet_length(e.bytes), (SELECT octet_length(f.bytes) FROM log.evidence_frame f WHERE f.id = e.frame), 0) AS stored
       FROM log.evidence e WHERE e.digest = named.digest LIMIT 1) AS e`,
    [textArray(digests)],
  );
  const missing = new Set(digests);
  for (const { digest } of rows) missing.delete(digest);
  const faults = new Map([...missing].map((digest) => [digest, `evidence ${digest} is missing`]));
  // Invariant: no more than LARGEST_READ of stored bytes is in memory at once, or one piece of evidence if that is larger.
  for (const group of groupBySize(rows, LARGEST_READ, ({ stored }) => stored)) {
    for (const digest of await damagedOf(
      pool,
      group.map(({ digest }) => digest),
    ))
      faults.set(digest, `evidence ${digest} does not hash to its digest`);
  }
  return faults;
};

const damagedOf = async (pool: pg.Pool, digests: readonly string[]): Promise<readonly string[]> => {
  const rows = await readEvidenceRows(pool, digests);
  const unpack = createUnpacker();
  return rows.filter((row) => !isSound(row, unpack)).map(({ digest }) => digest);
};

const isSound = (row: StoredEvidence, unpack: ReturnType<typeof createUnpacker>): boolean => {
  try {
    unpack(row);
    return true;
  } catch {
    return false;
  }
};
