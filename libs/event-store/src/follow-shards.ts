import type pg from 'pg';
import { createBackOff, createBell, Retryable, sleepUnless, type BackOff } from '@weir/postgres';
import type { AppendListener } from './append-listener.js';
import type { EventCatalog } from './event-catalog.js';
import type { FollowOptions } from './event-store.js';
import type { StoredEvent } from './event.js';
import type { FreshEvents } from './fresh-events.js';
import { toLogFault } from './to-log-fault.js';
import { readEvents } from './read-events.js';

const DEFAULT_POLL_EVERY = 1_000;
const DEFAULT_BATCH = 500;

/** What a follower remembers of a shard. Times in milliseconds of `performance.now()`. */
interface Progress {
  position: number;
  readonly backOff: BackOff;
  retryAt: number;
}

export interface FollowPorts {
  readonly pool: pg.Pool;
  readonly catalog: EventCatalog;
  readonly listener: AppendListener;
  readonly fresh: FreshEvents;
}

/**
 * Hands on the events of the matching shards until the signal aborts. A shard whose handler asks for a retry waits
 * alone: the others go on.
 */
export const followShards = async (ports: FollowPorts, options: FollowOptions): Promise<void> => {
  const progress = new Map<string, Progress>();
  const bell = createBell();
  const unsubscribe = ports.listener.subscribe(
    (shard) => matches(options.shard, shard),
    () => bell.ring(),
  );
  // Not only at the end: a query that waits for a pool which is ended meanwhile never returns, and the pool waits for LISTEN's connection.
  options.signal.addEventListener('abort', unsubscribe, { once: true });
  try {
    while (!options.signal.aborted) {
      const mark = bell.mark();
      const before = handedOn(progress);
      const pause = await followOnce(ports, options, progress);
      if (pause === 0) continue;
      if (options.rest !== undefined && handedOn(progress) > before) await sleepUnless(options.signal, options.rest);
      await bell.wait(mark, options.signal, pause);
    }
  } finally {
    unsubscribe();
    options.signal.removeEventListener('abort', unsubscribe);
    progress.forEach((reader) => ports.fresh.leave(reader));
  }
};

const handedOn = (progress: ReadonlyMap<string, Progress>): number =>
  [...progress.values()].reduce((sum, { position }) => sum + Math.max(position, 0), 0);

/** One batch of every shard that has more. Returns how long to sleep when nothing rings: 0 when there is more. */
const followOnce = async (
  ports: FollowPorts,
  options: FollowOptions,
  progress: Map<string, Progress>,
): Promise<number> => {
  let pause = options.pollEvery ?? DEFAULT_POLL_EVERY;
  const sizes =
    freshSize(ports, options.shard, progress) ??
    (await matchingSizes(ports.pool, options.shard).catch(ignoreUnavailable));
  for (const [shard, size] of sizes) {
    if (options.signal.aborted) return 0;
    const state = progress.get(shard) ?? { position: -1, backOff: createBackOff(), retryAt: 0 };
    progress.set(shard, state);
    pause = Math.min(pause, await followShard(ports, options, shard, size, state));
  }
  return pause;
};

const followShard = async (
  ports: FollowPorts,
  options: FollowOptions,
  shard: string,
  size: number,
  state: Progress,
): Promise<number> => {
  if (performance.now() < state.retryAt) return state.retryAt - performance.now();
  try {
    if (state.position < 0) state.position = await options.from(shard);
    if (state.position >= size) return options.pollEvery ?? DEFAULT_POLL_EVERY;
    const limit = options.batch ?? DEFAULT_BATCH;
    const events = await nextEvents(ports, shard, state, limit);
    await options.handle(events);
    state.position += events.length;
    state.backOff.reset();
    return events.length === limit || state.position < size ? 0 : (options.pollEvery ?? DEFAULT_POLL_EVERY);
  } catch (fault) {
    return retryDelay(fault, state);
  }
};

const retryDelay = (fault: unknown, state: Progress): number => {
  const known = toLogFault(fault);
  if (!(known instanceof Retryable)) throw fault;
  const delay = state.backOff.next(known);
  state.retryAt = performance.now() + delay;
  return delay;
};

/** What this process has just written is at hand; all else is read. */
const nextEvents = async (
  ports: FollowPorts,
  shard: string,
  reader: Progress,
  limit: number,
): Promise<readonly StoredEvent[]> => {
  const { position } = reader;
  const events = ports.fresh.from(shard, position, limit, reader);
  return events.length > 0 ? events : readContiguous(ports, shard, position, limit);
};

/** Invariant: a follower sees every position once and in order, or stops. */
const readContiguous = async (
  ports: FollowPorts,
  shard: string,
  position: number,
  limit: number,
): Promise<readonly StoredEvent[]> => {
  const events = await readEvents(ports, shard, position, limit);
  const gap = events.findIndex((event, index) => event.position !== position + index);
  if (events.length === 0 || gap >= 0) {
    throw new Error(
      `Event ${position + Math.max(gap, 0)} of shard ${shard} is missing though the head is beyond it. Run \`weir log verify\`.`,
    );
  }
  return events;
};

/** Who follows one shard and finds at hand what this process has just written there need not ask how far it goes. */
const freshSize = (
  { fresh }: FollowPorts,
  shard: string | RegExp,
  progress: ReadonlyMap<string, Progress>,
): readonly (readonly [string, number])[] | null => {
  const reader = typeof shard === 'string' ? progress.get(shard) : undefined;
  if (typeof shard !== 'string' || reader === undefined || reader.position < 0) return null;
  return fresh.from(shard, reader.position, 1, reader).length > 0 ? [[shard, reader.position + 1]] : null;
};

const matchingSizes = async (
  pool: pg.Pool,
  shard: string | RegExp,
): Promise<readonly (readonly [string, number])[]> => {
  const { rows } = await pool.query<{ shard: string; size: string }>({
    name: 'log-read-sizes',
    text: 'SELECT shard, size FROM log.shard_head ORDER BY shard',
  });
  return rows.filter((row) => matches(shard, row.shard)).map((row) => [row.shard, Number(row.size)]);
};

const matches = (wanted: string | RegExp, shard: string): boolean =>
  typeof wanted === 'string' ? shard === wanted : shard.search(wanted) >= 0;

const ignoreUnavailable = (fault: unknown): readonly (readonly [string, number])[] => {
  if (toLogFault(fault) instanceof Retryable) return [];
  throw fault;
};
