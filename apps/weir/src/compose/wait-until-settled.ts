import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '@weir/contracts';
import type { Topics } from '@weir/messaging';
import { isTransient } from '@weir/postgres';
import type pg from 'pg';

const STABLE_FOR = 3;
const EVERY_MS = 100;
const EVERY_MS_AT_MOST = 2_000;

/** How much there is, by kind. */
export type OpenWork = Readonly<Record<string, number>>;

export interface Flow {
  readonly pool: pg.Pool;
  readonly topics: Topics;
  readonly clock: () => Date;
}

/**
 * Waits until nothing is under way: every lane read, every load of a feed told, no package waiting for reassessment, sweep or a due look, every
 * decision relayed, acted on and visible. Reads all services' tables, which only the composition may do. A database that
 * is too busy to answer is no end of the waiting.
 */
export const waitUntilSettled = async (flow: Flow, deadlineMillis = 300_000): Promise<void> => {
  const until = Date.now() + deadlineMillis;
  for (let quiet = 0; quiet < STABLE_FOR;) {
    const askedAt = Date.now();
    const waiting = Object.entries(await openWork(flow).catch(ifBusy)).filter(([, count]) => count > 0);
    quiet = waiting.length === 0 ? quiet + 1 : 0;
    if (Date.now() > until)
      throw new Error(
        `Work is still under way after ${deadlineMillis} ms: ${JSON.stringify(Object.fromEntries(waiting))}`,
      );
    // Who waits takes little of the time that it waits for.
    await sleep(Math.min(Math.max(EVERY_MS, (Date.now() - askedAt) * 10), EVERY_MS_AT_MOST));
  }
};

const ifBusy = (fault: unknown): OpenWork => {
  if (isTransient(fault)) return { unanswered: 1 };
  throw fault;
};

/** How much of each kind of work is open. */
export const openWork = async ({ pool, topics, clock }: Flow): Promise<OpenWork> => {
  const ends = await Promise.all(
    Object.values(TOPICS).map(async (topic) =>
      (await topics.ends(topic)).map((end, partition) => ({ topic, partition, end })),
    ),
  );
  const { rows } = await pool.query<OpenWork>(OPEN_WORK, [clock().toISOString(), JSON.stringify(ends.flat())]);
  return rows[0] ?? {};
};

/**
 * Work behind the decisions, for who sees the tables only: not relayed, acted on or visible, and not looked at though
 * it is due.
 */
export const openWorkBehindDecisions = async (database: pg.ClientBase, now: Date): Promise<OpenWork> => {
  const { rows } = await database.query<OpenWork>(`SELECT ${ACTED}, ${BEHIND_DECISIONS}`, [now.toISOString()]);
  return rows[0] ?? {};
};

/**
 * Every decision is a message, and repeats come on top: at least as many messages were read as there are decisions
 * acted on.
 */
const ACTED = `
  greatest(0, (SELECT count(*) FROM log.event WHERE shard LIKE 'evaluation/%' AND type = 'DecisionRecorded')
            - (SELECT coalesce(sum((sources ->> 'decisions.recorded.v1')::bigint), 0) FROM log.shard_head WHERE shard LIKE 'action/%'))::float8 AS acted`;

/** $1: the time. */
const BEHIND_DECISIONS = `
  (SELECT coalesce(sum(s.size - coalesce(r.next_position, 0)), 0)::float8 FROM log.shard_head s
     LEFT JOIN evaluation.relay r ON r.shard = s.shard WHERE s.shard LIKE 'evaluation/%') AS relay,
  (SELECT coalesce(sum(s.size - coalesce(f.next_position, 0)), 0)::float8 FROM log.shard_head s
     LEFT JOIN api.follower f ON f.shard = s.shard WHERE s.shard LIKE 'evaluation/%' OR s.shard LIKE 'action/%') AS visible,
  (SELECT count(*)::float8 FROM evaluation.judgement WHERE look_at <= $1 AND presence = 'present') AS due`;

const OPEN_WORK = `
WITH topic_end AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS t(topic text, partition int, "end" bigint)
), lane AS (
  SELECT t.topic, t."end", coalesce((s.sources ->> t.topic)::bigint, 0) AS next
    FROM topic_end t LEFT JOIN log.shard_head s
      ON s.shard = CASE WHEN t.topic LIKE 'packages.enriched.%' THEN 'evaluation/' ELSE 'action/' END || t.partition
   WHERE t.topic NOT IN ('packages.observed.v1', 'upstream.received.v1')
), told AS (
  SELECT coalesce(max(size) FILTER (WHERE shard = 'policy/0'), 0) AS policy_events, coalesce(max(size) FILTER (WHERE shard = 'feeds/0'), 0) AS feed_events,
         coalesce(max((sources ->> 'intelligence.feed_load')::bigint) FILTER (WHERE shard = 'feeds/0'), 0) AS feed_loads
    FROM log.shard_head
)
SELECT
  (SELECT coalesce(sum(t."end" - coalesce(p.next_offset, 0)), 0)::float8 FROM topic_end t
     LEFT JOIN intelligence.position p ON p.topic = t.topic AND p.partition = t.partition
    WHERE t.topic = 'packages.observed.v1') AS observed,
  (SELECT coalesce(sum("end" - next), 0)::float8 FROM lane) AS lanes,
  (SELECT count(*)::float8 FROM intelligence.pending_reassessment) AS reassessment,
  (SELECT count(*)::float8 FROM intelligence.feed_load l CROSS JOIN told WHERE l.id >= told.feed_loads) AS feeds,
  (SELECT count(*)::float8 FROM log.shard_head h CROSS JOIN told LEFT JOIN evaluation.swept s ON s.shard = h.shard
    WHERE h.shard LIKE 'evaluation/%' AND (coalesce(s.policy_events, 0) < told.policy_events OR coalesce(s.feed_events, 0) < told.feed_events)) AS sweep,
  ${BEHIND_DECISIONS}`;
