import { createHash } from 'node:crypto';
import pg from 'pg';
import { EVENT_SOURCE, eventNumber } from './ledger.ts';

/** What the decision log holds, read with SQL of its own: no code of the services is used here. */
export interface LogFinding {
  /** By the event's number: how many decisions it has, and when the first was recorded (milliseconds since 1970). */
  readonly decisions: ReadonlyMap<number, { readonly times: number; readonly at: number }>;
  /** Positions that are missing or not in their head's count. */
  readonly gaps: number;
  /** The first event that does not follow from the one before, or null. */
  readonly broken: string | null;
  /** Number of decisions of each shard of evaluation, by name. */
  readonly shards: ReadonlyMap<string, number>;
}

interface Row {
  readonly shard: string;
  readonly position: number;
  readonly type: string;
  readonly version: number;
  readonly subject: string;
  readonly data: string;
  readonly metadata: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

const ROWS_AT_ONCE = 5_000;
const NO_PREDECESSOR = Buffer.alloc(32);

export const judgeLog = async (url: string): Promise<LogFinding> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const heads = await client.query<{ shard: string; size: number; last_hash: Buffer }>(
      'SELECT shard, size::float8 AS size, last_hash FROM log.shard_head ORDER BY shard',
    );
    const decisions = new Map<number, { times: number; at: number }>();
    const shards = new Map<string, number>();
    let gaps = await countHeadless(client);
    let broken: string | null = null;
    for (const { shard, size, last_hash: lastHash } of heads.rows) {
      let published = 0;
      const walk = await walkShard(client, shard, (row) => {
        if (row.type === 'DecisionRecorded') published += 1;
        note(row, decisions);
      });
      gaps += walk.gaps + Math.abs(size - walk.next);
      broken ??= walk.broken ?? (walk.hash.equals(lastHash) ? null : `the head of ${shard}`);
      if (shard.startsWith('evaluation/')) shards.set(shard, published);
    }
    return { decisions, gaps, broken, shards };
  } finally {
    await client.end();
  }
};

/** Events of shards that have no head. */
const countHeadless = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::float8 AS count FROM log.event WHERE shard NOT IN (SELECT shard FROM log.shard_head)',
  );
  return rows[0]?.count ?? 0;
};

const note = ({ type, data, recorded_at: at }: Row, decisions: Map<number, { times: number; at: number }>): void => {
  if (type !== 'DecisionRecorded') return;
  const { cause } = JSON.parse(data) as { cause: { kind: string; observation?: { id: string; source: string } } };
  if (cause.kind !== 'observation' || cause.observation?.source !== EVENT_SOURCE) return;
  const number = eventNumber(cause.observation.id);
  if (number === null) return;
  const known = decisions.get(number);
  if (known) known.times += 1;
  else decisions.set(number, { times: 1, at: Date.parse(at) });
};

interface Walk {
  next: number;
  gaps: number;
  hash: Buffer;
  broken: string | null;
}

const walkShard = async (client: pg.Client, shard: string, see: (row: Row) => void): Promise<Walk> => {
  const walk: Walk = { next: 0, gaps: 0, hash: NO_PREDECESSOR, broken: null };
  for (;;) {
    const { rows } = await client.query<Row>(
      `SELECT shard, position::float8 AS position, type, version, subject, data, metadata, occurred_at, recorded_at, prev_hash, hash
         FROM log.event WHERE shard = $1 AND position >= $2 ORDER BY position LIMIT $3`,
      [shard, walk.next, ROWS_AT_ONCE],
    );
    for (const row of rows) {
      walk.gaps += row.position - walk.next;
      if (!row.prev_hash.equals(walk.hash) || !hashOf(row).equals(row.hash))
        walk.broken ??= `${shard} at position ${row.position}`;
      walk.next = row.position + 1;
      walk.hash = row.hash;
      see(row);
    }
    if (rows.length < ROWS_AT_ONCE) return walk;
  }
};

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const text = (value: string): Buffer => Buffer.from(value, 'utf8');

const integer = (bits: 32 | 64, value: number): Buffer => {
  const bytes = Buffer.alloc(bits / 8);
  if (bits === 64) bytes.writeBigUInt64BE(BigInt(value));
  else bytes.writeUInt32BE(value);
  return bytes;
};

/** The chain as docs/adr/0020 describes it, written a second time. */
const hashOf = (row: Row): Buffer => {
  const fields = [
    text('weir-log-entry/1'),
    text(row.shard),
    integer(64, row.position),
    text(row.type),
    integer(32, row.version),
    text(row.subject),
    sha256(text(row.data)),
    sha256(text(row.metadata)),
    text(row.occurred_at),
    text(row.recorded_at),
    row.prev_hash,
  ];
  return sha256(Buffer.of(0), ...fields.flatMap((field) => [integer(32, field.length), field]));
};
