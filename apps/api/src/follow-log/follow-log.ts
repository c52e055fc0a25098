import { DECISIONS_AND_EFFECTS } from '@weir/domain';
import { type EventStore, type StoredEvent } from '@weir/event-store';
import type pg from 'pg';
import { areFew, inOrder, inTransaction, isTaken } from '@weir/postgres';
import { writeRows } from './write-rows.js';

export interface FollowPorts {
  readonly pool: pg.Pool;
  readonly eventStore: EventStore;
}

const BATCH = 1_000;
/**
 * While events come without end, ten writes of each shard a second: one for each event took the api and PostgreSQL 2.7 ms of
 * CPU, which the way to the next decision lacked (docs/adr/0205). An event after a moment of quiet is there at once.
 */
const REST_MS = 100;

/** Keeps the read models up with the log until the signal aborts. `onVisible` is called once the events can be read. */
export const followLog = (
  ports: FollowPorts,
  onVisible: (events: readonly StoredEvent[]) => void,
  signal: AbortSignal,
): Promise<void> =>
  ports.eventStore.follow({
    shard: DECISIONS_AND_EFFECTS,
    signal,
    batch: BATCH,
    rest: REST_MS,
    from: (shard) => readPosition(ports.pool, shard),
    handle: async (events) => {
      await bringOn(ports, events);
      onVisible(events);
    },
  });

/** How far a shard is in the read models: its next position. */
export const readPosition = async (pool: pg.Pool, shard: string): Promise<number> => {
  const { rows } = await pool.query<{ next: number }>(
    'SELECT next_position::float8 AS next FROM api.follower WHERE shard = $1',
    [shard],
  );
  return rows[0]?.next ?? 0;
};

/** Brings the read models on to the end of `events`; when they lack earlier ones, reads and writes those first. */
const bringOn = async (ports: FollowPorts, events: readonly StoredEvent[]): Promise<void> => {
  const last = events.at(-1);
  if (!last) return;
  let position = await writeNews(ports.pool, last.shard, events);
  while (position <= last.position) {
    const missing = await ports.eventStore.read(last.shard, { position, limit: BATCH });
    position = await writeNews(ports.pool, last.shard, missing);
  }
};

/**
 * Writes those of `events` that the read models lack, and answers the next position they lack. Writes nothing when
 * there is a gap before `events`.
 * Invariant: rows and position move in one transaction, with the position locked. So an event counts once, also when
 * two processes follow the same shard, one was killed, a rebuild set the position back, or a crash of PostgreSQL took
 * back what was written last: it waits for no disk, since the log has it all.
 */
export const writeNews = async (pool: pg.Pool, shard: string, events: readonly StoredEvent[]): Promise<number> => {
  try {
    return await writeLacking(pool, shard, events, true);
  } catch (fault) {
    // A package is there although its decision knows of none before: the log is right, and the row is brought up to it.
    if (isTaken(fault)) return writeLacking(pool, shard, events, false);
    throw fault;
  }
};

const writeLacking = (
  pool: pg.Pool,
  shard: string,
  events: readonly StoredEvent[],
  isNew: boolean,
): Promise<number> => {
  const write = async (client: pg.PoolClient, locked: number | null): Promise<number> => {
    const position = locked ?? (await lockFirstPosition(client, shard));
    const news = events.filter((event) => event.position >= position);
    if (news[0]?.position !== position) return position;
    const next = position + news.length;
    await inOrder(client, areFew(news), [
      () => writeRows(client, news, isNew),
      () => client.query({ name: 'move-follower', text: MOVE, values: [shard, next] }),
    ]);
    return next;
  };
  return inTransaction<number, number | null>(pool, write, {
    inCrash: 'lost',
    first: (client) => tryToLock(client, shard),
  });
};

const MOVE = 'UPDATE api.follower SET next_position = $2 WHERE shard = $1';

const lockFirstPosition = async (client: pg.ClientBase, shard: string): Promise<number> => {
  await client.query('INSERT INTO api.follower (shard, next_position) VALUES ($1, 0) ON CONFLICT DO NOTHING', [shard]);
  return (await tryToLock(client, shard)) ?? 0;
};

/** Null before the first event of the shard. */
const tryToLock = async (client: pg.ClientBase, shard: string): Promise<number | null> => {
  const { rows } = await client.query<{ next: number }>(
    'SELECT next_position::float8 AS next FROM api.follower WHERE shard = $1 FOR UPDATE',
    [shard],
  );
  return rows[0]?.next ?? null;
};
