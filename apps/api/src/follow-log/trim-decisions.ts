import { keepGoing, type Logger } from '@weir/postgres';
import { countFault } from '@weir/service';
import type pg from 'pg';

const AT_ONCE = 5_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface TrimPorts {
  readonly pool: pg.Pool;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/** In pieces, so that no statement is long; rows that another process takes at the moment are left to it. */
const TAKE_OLDEST = `
  DELETE FROM api.decision_view WHERE id IN (
    SELECT id FROM api.decision_view WHERE decided_at < $1 ORDER BY decided_at LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)`;

/** Takes decisions out of the lists that were made before `before`; the log keeps them. Answers how many. */
export const trimDecisions = async (pool: pg.Pool, before: Date, signal: AbortSignal): Promise<number> => {
  let [taken, last] = [0, AT_ONCE];
  while (last === AT_ONCE && !signal.aborted) {
    last = (await pool.query(TAKE_OLDEST, [before])).rowCount ?? 0;
    taken += last;
  }
  return taken;
};

/** Keeps the lists to the last `days`, from now on and every hour, until the signal aborts. Never rejects. */
export const keepDecisions = ({ pool, clock, logger }: TrimPorts, days: number, signal: AbortSignal): Promise<void> => {
  const work = async (): Promise<void> => {
    const decisions = await trimDecisions(pool, new Date(clock().getTime() - days * DAY_MS), signal);
    if (decisions > 0) logger.info({ decisions }, 'old decisions were taken out of the lists; the log keeps them');
  };
  return keepGoing({ what: 'trim old decisions', work, pause: () => HOUR_MS, logger, signal, onFault: countFault });
};
