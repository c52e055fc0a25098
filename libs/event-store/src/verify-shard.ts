import type pg from 'pg';
import { digestText } from '@weir/postgres';
import { eventHash, NO_PREDECESSOR } from './event-hash.js';
import type { HashedRow } from './event-row.js';
import { EMPTY_FRONTIER, extendFrontier, type Frontier } from './merkle-frontier.js';
import type { EvidenceDamage } from './evidence-damage.js';
import { namedEvidence } from './named-digests.js';
import { readRows } from './read-events.js';
import type { ShardExtent } from './shard-extents.js';
import type { CheckEvidence } from './verify-evidence.js';

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

/** What evidence is looked at with, and where damage is noted. */
export interface EvidenceWalk {
  readonly check: CheckEvidence;
  readonly damage: EvidenceDamage;
}

/** Recomputes a shard from its first event to its head, a batch at a time, and stops where its chain is broken. */
export const verifyShard = async (
  pool: pg.Pool,
  extent: ShardExtent,
  evidence: EvidenceWalk,
  batch: number,
): Promise<ShardFinding> => {
  let walk: Walk = { frontier: EMPTY_FRONTIER, lastHash: NO_PREDECESSOR };
  let unproven: Flaw | null = null;
  while (walk.frontier.size < extent.size) {
    const position = walk.frontier.size;
    const rows = await readRows(pool, extent.shard, position, Math.min(batch, extent.size - position));
    const broken = firstBroken(rows, walk);
    const sound = broken === null ? rows : rows.slice(0, broken.position - position);
    const { flaw, ended } = await lookAtEvidence(sound, evidence);
    unproven ??= flaw;
    if (ended !== null || broken !== null)
      return { events: ended?.position ?? position + sound.length, flaw: unproven ?? broken };
    walk = walkOn(walk, rows);
  }
  return { events: walk.frontier.size, flaw: unproven ?? headFlaw(extent, walk) };
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

/** The first event that names evidence which is damaged, and where the walk has to end because an event cannot be read. */
const lookAtEvidence = async (
  rows: readonly HashedRow[],
  { check, damage }: EvidenceWalk,
): Promise<{ readonly flaw: Flaw | null; readonly ended: Flaw | null }> => {
  const read = rows.map((row) => ({ row, data: dataOf(row) }));
  const named = new Map(
    read.flatMap(({ data }) => namedEvidence(data)).map((one) => [`${one.kind} ${one.digest}`, one]),
  );
  const checked = await check([...named.values()]);
  let flaw: Flaw | null = null;
  for (const { row, data } of read) {
    const { position } = row;
    if (data === undefined) {
      const ended = { position, what: "the event's data is not JSON" };
      return { flaw: flaw ?? ended, ended };
    }
    const fault = damage.note(row, data, checked);
    if (fault !== null) flaw ??= { position, what: `evidence ${fault.digest} (${fault.kind}) ${fault.what}` };
  }
  return { flaw, ended: null };
};

/** Undefined when it is no JSON: somebody wrote the row, and a hash that fits it, by other means. */
const dataOf = (row: HashedRow): unknown => {
  try {
    return JSON.parse(row.data) as unknown;
  } catch {
    return undefined;
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
