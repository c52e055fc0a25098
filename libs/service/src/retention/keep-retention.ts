import { keepGoing, sleepUnless, type Logger } from '@weir/postgres';
import type pg from 'pg';
import { keptSince } from './retention-days.js';
import { atMostEvery, count, countFault, observe } from '../metrics/metrics.js';

export interface Deleted {
  readonly deleted: number;
  readonly isDone: boolean;
}

/** Rows that end: which, and how they go. */
export interface Retained {
  /** What goes, in metrics and in the log: a table with its schema, or a part of one. */
  readonly table: string;
  /**
   * Deletes some of what is older than `before`, oldest first, beside live work; answers how many rows, and whether there
   * are no more. Invariant: what a decision, a repeat or a rebuild needs is not among them.
   */
  readonly deleteSome: (pool: pg.Pool, before: Date) => Promise<Deleted>;
  /** The time of the oldest row that is there; null when there is none. */
  readonly oldest: (pool: pg.Pool) => Promise<Date | null>;
}

export interface Kept extends Retained {
  /** 0: for good. */
  readonly days: number;
}

export interface RetentionPorts {
  readonly pool: pg.Pool;
  readonly clock: () => Date;
  readonly logger: Logger;
}

export interface Retention {
  /** Finishes the part at hand. */
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const TOLD_EVERY_MS = 60_000;
/** Deleting takes a quarter of the time at most, so that live work has the rest. */
const RESTS = 3;

/** Deletes what is old, now and every hour, each table by itself: one that faults keeps none of the others. */
export const keepRetention = (ports: RetentionPorts, all: readonly Kept[]): Retention => {
  const stop = new AbortController();
  const forget = all.map((kept) => observeOldest(ports, kept));
  const running = all.filter(({ days }) => days > 0).map((kept) => keep(ports, kept, stop.signal));
  return {
    stop: async () => {
      for (const end of forget) end();
      stop.abort();
      await Promise.all(running);
    },
  };
};

const keep = (ports: RetentionPorts, kept: Kept, signal: AbortSignal): Promise<void> => {
  const { table, days } = kept;
  const { pool, clock, logger } = ports;
  count('rowsDeleted', 0, { table });
  const work = async (): Promise<void> => {
    const before = keptSince(days, clock());
    const deleted = before === null ? 0 : await deleteOld(pool, kept, before, signal);
    if (deleted > 0) logger.info({ table, deleted, days }, 'old rows were deleted; the log keeps what was decided');
  };
  return keepGoing({
    what: `delete old rows of ${table}`,
    work,
    pause: () => HOUR_MS,
    logger,
    signal,
    onFault: countFault,
  });
};

/** Deletes all that is older than `before`, in parts with rests between them; answers how many rows. */
export const deleteOld = async (
  pool: pg.Pool,
  { table, deleteSome }: Retained,
  before: Date,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> => {
  for (let deleted = 0; ;) {
    const started = performance.now();
    const some = await deleteSome(pool, before);
    deleted += some.deleted;
    count('rowsDeleted', some.deleted, { table });
    if (some.isDone || signal.aborted) return deleted;
    await sleepUnless(signal, RESTS * (performance.now() - started));
  }
};

const observeOldest = ({ pool, clock }: RetentionPorts, { table, oldest }: Kept): (() => void) => {
  const read = atMostEvery(TOLD_EVERY_MS, () => oldest(pool));
  return observe('tableOldest', async () => {
    const at = await read();
    return at === null ? [] : [{ value: Math.max(0, (clock().getTime() - at.getTime()) / 1000), labels: { table } }];
  });
};
