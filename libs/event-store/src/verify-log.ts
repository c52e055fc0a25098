import type pg from 'pg';
import { toLogFault } from './to-log-fault.js';
import { readExtents } from './shard-extents.js';
import { createEvidenceDamage, type DamagedEvidence } from './evidence-damage.js';
import { createEvidenceCheck } from './verify-evidence.js';
import { verifyShard } from './verify-shard.js';

/** Where the log is wrong first, and what is wrong there. */
export interface FirstBad {
  readonly shard: string;
  readonly position: number;
  readonly what: string;
}

/** What walking the log found. */
export interface Verification {
  readonly valid: boolean;
  readonly shards: number;
  /** Events read; in a shard with a flaw, those before it. */
  readonly events: number;
  /** The first flaw of the first shard, by name, that has one. */
  readonly firstBad: FirstBad | null;
  /** Evidence that is not what events rest on, each piece once; the first 100. */
  readonly damaged: readonly DamagedEvidence[];
  /** How many pieces, 10,000 at most. */
  readonly damagedPieces: number;
}

export interface VerifyOptions {
  /** Events held in memory at once; 500 by default. */
  readonly batch?: number;
}

/**
 * Recomputes every shard of the log, up to its head at the time it is opened: positions without gaps, each event's hash
 * and its predecessor's, the head's size, last hash and Merkle frontier, and that all evidence that the events name
 * (see namedEvidence), and what that names at second hand, is stored, of its kind, and hashes right. Only reads, and may run while the log grows.
 *
 * What somebody rewrote to the end together with the head, or cut off together with the head, is consistent in itself:
 * only a head kept elsewhere shows it.
 * @throws Retryable when PostgreSQL cannot be reached.
 */
export const verifyLog = async (pool: pg.Pool, { batch = 500 }: VerifyOptions = {}): Promise<Verification> => {
  try {
    return await walkShards(pool, batch);
  } catch (fault) {
    throw toLogFault(fault);
  }
};

const MOST_LISTED = 100;

const walkShards = async (pool: pg.Pool, batch: number): Promise<Verification> => {
  const extents = await readExtents(pool);
  const evidence = { check: createEvidenceCheck(pool), damage: createEvidenceDamage() };
  let events = 0;
  let firstBad: FirstBad | null = null;
  for (const extent of extents) {
    const finding = await verifyShard(pool, extent, evidence, batch);
    events += finding.events;
    if (finding.flaw !== null) firstBad ??= { shard: extent.shard, ...finding.flaw };
  }
  const damaged = evidence.damage.all();
  return {
    valid: firstBad === null,
    shards: extents.length,
    events,
    firstBad,
    damaged: damaged.slice(0, MOST_LISTED),
    damagedPieces: damaged.length,
  };
};
