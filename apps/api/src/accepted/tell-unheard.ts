import { TOPICS } from '@weir/contracts';
import type { Topics } from '@weir/messaging';
import type { Logger } from '@weir/postgres';
import type pg from 'pg';

interface HearingPorts {
  readonly pool: pg.Pool;
  readonly topics: Pick<Topics, 'system' | 'ends'>;
  readonly clock: () => Date;
  readonly logger: Logger;
}

/**
 * Says once, in the log, when decisions come whose events never came through the topics that are read here: then the other
 * services have Kafka, and this one was not told where. What is being judged cannot be known so.
 */
export const tellUnheard = ({ pool, topics, clock, logger }: HearingPorts): (() => Promise<void>) => {
  const since = clock();
  let isClear = topics.system !== 'postgresql';
  return async () => {
    if (isClear) return;
    const topic = TOPICS.observed;
    const ends = await topics.ends(topic);
    // Whoever published here once will do so again.
    if (ends.some((end) => end > 0)) isClear = true;
    else if (await haveDecisions(pool, since)) {
      isClear = true;
      logger.warn(
        { topic, topics: 'in PostgreSQL' },
        'decisions come, and no event came through the topics in PostgreSQL: the other services seem to use Kafka. Set KAFKA_BROKERS here as there; until then, what was accepted and is being judged is answered as not known',
      );
    }
  };
};

const haveDecisions = async (pool: pg.Pool, since: Date): Promise<boolean> => {
  const { rowCount } = await pool.query('SELECT FROM api.decision_view WHERE decided_at > $1 LIMIT 1', [since]);
  return rowCount === 1;
};
