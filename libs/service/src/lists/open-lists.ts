import { openPool, type Logger } from '@weir/postgres';
import type pg from 'pg';
import { problem } from '../http/problem.js';
import { ProblemError } from '../http/problem-error.js';
import { createTurns } from '../take-turns.js';

/** What lists and counts are read with, apart from all else: they may look through whole tables. */
export interface Lists {
  /**
   * Runs `work` when its turn comes. A statement that takes longer than a list may is answered 503, and so is a list
   * when too many wait already; `work` may handle the first itself (`isTooLong`).
   */
  read<Result>(work: (pool: pg.Pool) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface ListsOptions {
  readonly databaseUrl: string;
  /** Names the connections to whoever looks at pg_stat_activity. */
  readonly name: string;
  readonly logger: Logger;
  /** Milliseconds that one statement may take; 2,000 unless told. */
  readonly statementMillis?: number;
}

/** Lists that are read at a time: so many processors of PostgreSQL's are busy with them at most. */
const TOGETHER = 2;
const MOST_WAITING = 200;
const STATEMENT_MS = 2_000;
/** A list asks for its rows and their number at once. */
export const LIST_CONNECTIONS = 2 * TOGETHER;

/** Opens a pool of its own for lists, whose statements take one processor each and no longer than a list may. */
export const openLists = ({ databaseUrl, name, logger, statementMillis = STATEMENT_MS }: ListsOptions): Lists => {
  const limits = { connections: LIST_CONNECTIONS, statementMillis };
  const pool = openPool({ databaseUrl, name, logger, ...limits, prepare: 'SET max_parallel_workers_per_gather = 0' });
  return { ...listsOf(pool), close: () => pool.end() };
};

/** The same on connections that are somebody else's. */
export const listsOf = (pool: pg.Pool): Lists => {
  const inTurn = createTurns(TOGETHER);
  let asked = 0;
  return {
    read: async (work) => {
      if (asked >= MOST_WAITING) throw tooMany();
      asked += 1;
      try {
        return await inTurn(() => work(pool));
      } catch (fault) {
        throw isTooLong(fault) ? tooLong(fault) : fault;
      } finally {
        asked -= 1;
      }
    },
    close: async () => undefined,
  };
};

/** SQLSTATE query_canceled, which is also that of a statement's limit. */
export const isTooLong = (fault: unknown): boolean =>
  fault instanceof Error && 'code' in fault && fault.code === '57014' && /statement timeout/.test(fault.message);

const tooMany = (): ProblemError =>
  new ProblemError(problem(503, 'Too many lists are being read: ask again in a while.'), {
    headers: { 'retry-after': '2' },
  });

const tooLong = (cause: unknown): ProblemError =>
  new ProblemError(
    problem(503, 'To find that took longer than a list may take: ask for less, or with other filters.'),
    {
      cause,
      headers: { 'retry-after': '10' },
    },
  );
