import type pg from 'pg';
import { digestText } from '@weir/postgres';
import { eventHash, NO_PREDECESSOR } from './event-hash.js';
import type { HashedRow } from './event-row.js';
import { EMPTY_FRONTIER, extendFrontier, type Frontier } from './merkle-frontier.js';
import { namedDigests } from './named-digests.js';
import { readRows } from './read-events.js';
import type { ShardExtent } from './shard-extents.js';
import type { EvidenceFaults } from './verify-evidence.js';

/** What is wrong, at which position. */
export interface Flaw {
  readonly position: number;
  readonly what: string;
}

/** What walking a shard found: how many events were read, and the first that is wrong. */
export interface ShardFinding {
  readonly events: number;
  readonly flaw: Flaw | null;
}

interface Walk {
  readonly frontier: Frontier;
  readonly lastHash: Uint8Array;
}

type CheckEvidence = (digests: Iterable<string>) => Promise<EvidenceFaults>;

/** Recomputes a shard from its first event to its head, a batch at a time, and stops at the first flaw. */
export const verifyShard = async (
  pool: pg.Pool,
  extent: ShardExtent,
  checkEvidence: CheckEvidence,
  batch: number,
): Promise<ShardFinding> => {
  let walk: Walk = { frontier: EMPTY_FRONTIER, lastHash: NO_PREDECESSOR };
  while (walk.frontier.size < extent.size) {
    const position = walk.frontier.size;
    const rows = await readRows(pool, extent.shard, position, Math.min(batch, extent.size - position));
    const broken = firstBroken(rows, walk);
    const sound = broken === null ? rows : rows.slice(0, broken.position - position);
    const flaw = (await firstUnproven(sound, checkEvidence)) ?? broken;
    if (flaw !== null) return { events: position + sound.length, flaw };
    walk = walkOn(walk, rows);
  }
  return { events: walk.frontier.size, flaw: headFlaw(extent, walk) };
};

const walkOn = ({ frontier, lastHash }: Walk, rows: readonly HashedRow[]): Walk => ({
  frontier: extendFrontier(
    frontier,
    rows.map((row) => row.hash),
  ),
  lastHash: rows.at(-1)?.hash ?? lastHash,
});

/** The first position where the rows do not carry on the chain. */
const firstBroken = (rows: readonly HashedRow[], walk: Walk): Flaw | null => {
  let { lastHash } = walk;
  for (const [index, row] of rows.entries()) {
    const position = walk.frontier.size + index;
    if (row.position !== position) return { position, what: 'the event is missing' };
    if (!eventHash(row).equals(row.hash)) return { position, what: 'the event does not match its hash' };
    if (Buffer.compare(row.previousHash, lastHash) !== 0)
      return { position, what: 'the event names another predecessor than the event before it' };
    lastHash = row.hash;
  }
  return rows.length === 0 ? { position: walk.frontier.size, what: 'the event is missing' } : null;
};

/** The first event that names evidence which is missing or damaged. */
const firstUnproven = async (rows: readonly HashedRow[], checkEvidence: CheckEvidence): Promise<Flaw | null> => {
  const named = rows.map((row) => ({ position: row.position, digests: digestsOf(row) }));
  const faults = await checkEvidence(named.flatMap(({ digests }) => digests ?? []));
  for (const { position, digests } of named) {
    if (digests === null) return { position, what: "the event's data is not JSON" };
    const what = digests.map((digest) => faults.get(digest)).find((fault) => fault !== undefined);
    if (what !== undefined) return { position, what };
  }
  return null;
};

/** Null when the data is no JSON: somebody wrote the row, and a hash that fits it, by other means. */
const digestsOf = (row: HashedRow): readonly string[] | null => {
  try {
    return namedDigests(JSON.parse(row.data));
  } catch {
    return null;
  }
};

const headFlaw = (extent: ShardExtent, { frontier, lastHash }: Walk): Flaw | null => {
  const { size } = frontier;
  if (extent.firstPosition < 0) return { position: extent.firstPosition, what: 'the event lies before the first' };
  if (extent.lastPosition >= size) {
    return {
      position: size,
      what: extent.hasHead ? `the head ends before this event, at size ${size}` : 'the shard has events and no head',
    };
  }
  if (extent.lastHash !== digestText(lastHash))
    return { position: Math.max(size - 1, 0), what: 'the head names another last event' };
  return Buffer.concat(extent.frontier).equals(Buffer.concat(frontier.hashes))
    ? null
    : { position: Math.max(size - 1, 0), what: "the head's Merkle frontier is not that of the events" };
};
