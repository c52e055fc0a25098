import { TOPICS } from '@weir/contracts';
import { observeTopics, type Topics } from '@weir/messaging';
import { keepGoing, type Logger } from '@weir/postgres';
import { countFault, SERVICES } from '@weir/service';
import type pg from 'pg';
import { ACCEPTED_GROUP, ACCEPTED_LANES, acceptedHandler } from './accepted-handler.js';
import { tellUnheard } from './tell-unheard.js';

export interface FollowAcceptedPorts {
  readonly pool: pg.Pool;
  readonly topics: Topics;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/** What was accepted is noted ten times a second at most, while events come without end (docs/adr/0205). */
const REST_MS = 100;
const SWEEP_EVERY_MS = 5_000;
/** A sweep takes a twentieth of the time at most, however much waits. */
const PAUSES_PER_SWEEP = 20;

/**
 * Keeps `api.accepted` up with the topics until the signal aborts. Topics that cannot be reached keep nobody from asking for what is
 * decided: it goes on trying, and only who asks for what is not known hears of it.
 */
export const followAccepted = async (ports: FollowAcceptedPorts, signal: AbortSignal): Promise<void> => {
  await Promise.all([consumeAccepted(ports, signal), sweepOnAndOn(ports, signal)]);
};

const consumeAccepted = ({ pool, topics: given, logger }: FollowAcceptedPorts, signal: AbortSignal): Promise<void> => {
  const topics = observeTopics(given, { service: SERVICES.api });
  const work = async (succeeded: () => void): Promise<void> => {
    const consumption = await topics.consume({
      group: ACCEPTED_GROUP,
      topics: ACCEPTED_LANES,
      rest: REST_MS,
      // It only tells what waits: read twice, it tells the same.
      whenLost: 'begin anew',
      open: (partition) => Promise.resolve(acceptedHandler({ pool, topics }, partition)),
    });
    succeeded();
    await ended(signal);
    await consumption.stop();
  };
  return keepGoing({ what: 'read what was accepted', work, logger, signal, onFault: countFault });
};

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Dead letters are kept for 90 days (deploy/topics.yaml); what they tell of is no longer said then. */
const REFUSALS_KEPT_MS = 90 * 24 * 3_600_000;

/** Takes out what has its decision, and what was refused long ago; answers how much. */
export const sweepAccepted = async (pool: pg.Pool, now: Date): Promise<number> => {
  const decided = await pool.query(
    'DELETE FROM api.accepted a USING api.package_view v WHERE v.package_key = a.package_key',
  );
  const old = await pool.query('DELETE FROM api.accepted WHERE refused_at < $1', [
    new Date(now.getTime() - REFUSALS_KEPT_MS),
  ]);
  return (decided.rowCount ?? 0) + (old.rowCount ?? 0);
};

const sweepOnAndOn = (ports: FollowAcceptedPorts, signal: AbortSignal): Promise<void> => {
  const { pool, clock, logger } = ports;
  const tell = tellUnheard(ports);
  const work = async (): Promise<number> => {
    const started = performance.now();
    await sweepAccepted(pool, clock());
    await tell();
    return performance.now() - started;
  };
  const pause = (took: number): number => Math.max(SWEEP_EVERY_MS, took * PAUSES_PER_SWEEP);
  return keepGoing({ what: 'sweep what was accepted', work, pause, logger, signal, onFault: countFault });
};

/** How far each partition of what was observed is read. */
export const readAccepted = async (pool: pg.Pool): Promise<ReadonlyMap<number, number>> => {
  const { rows } = await pool.query<{ partition: number; next: number }>({
    name: 'accepted-positions',
    text: 'SELECT partition, next_offset::float8 AS next FROM api.accepted_position WHERE topic = $1',
    values: [TOPICS.observed],
  });
  return new Map(rows.map(({ partition, next }) => [partition, next]));
};
