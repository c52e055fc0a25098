import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const STABLE_FOR = 3;
const EVERY_MS = 100;

/**
 * Waits until nothing is under way: every lane read, no package waiting for reassessment, sweep or a due look, every
 * decision relayed, acted on and visible. Reads all services' tables, which only the composition may do.
 */
export const waitUntilSettled = async (pool: pg.Pool, clock: () => Date, deadlineMillis = 300_000): Promise<void> => {
  const until = Date.now() + deadlineMillis;
  for (let quiet = 0; quiet < STABLE_FOR; ) {
    const open = await openWork(pool, clock());
    const waiting = Object.entries(open).filter(([, count]) => count > 0);
    quiet = waiting.length === 0 ? quiet + 1 : 0;
    if (Date.now() > until) throw new Error(`Work is still under way after ${deadlineMillis} ms: ${JSON.stringify(Object.fromEntries(waiting))}`);
    await sleep(EVERY_MS);
  }
};

/** How much of each kind of work is open. */
export const openWork = async (pool: pg.Pool, now: Date): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await pool.query<Record<string, number>>(OPEN_WORK, [now.toISOString()]);
  return rows[0] ?? {};
};

const OPEN_WORK = `
WITH lane AS (
  SELECT h.topic, h.partition, h.next_offset, s.sources
    FROM topic.partition_head h LEFT JOIN log.shard_head s ON s.shard = 'evaluation/' || h.partition
), current_set AS (
  SELECT DISTINCT ON (data::jsonb ->> 'workspace') data::jsonb ->> 'workspace' AS workspace, data::jsonb ->> 'policySetDigest' AS digest
    FROM log.event WHERE shard = 'policy/0' AND type IN ('PolicyActivated', 'PolicyDeactivated')
   ORDER BY data::jsonb ->> 'workspace', position DESC
)
SELECT
  (SELECT coalesce(sum(h.next_offset - coalesce(p.next_offset, 0)), 0)::float8 FROM topic.partition_head h
     LEFT JOIN intelligence.position p ON p.topic = h.topic AND p.partition = h.partition
    WHERE h.topic = 'packages.observed.v1') AS observed,
  (SELECT count(*)::float8 FROM intelligence.pending_reassessment) AS reassessment,
  (SELECT coalesce(sum(next_offset - coalesce((sources ->> topic)::bigint, 0)), 0)::float8 FROM lane
    WHERE topic LIKE 'packages.enriched.%' AND topic NOT LIKE '%.dead') AS enriched,
  (SELECT coalesce(sum(s.size - coalesce(r.next_position, 0)), 0)::float8 FROM log.shard_head s
     LEFT JOIN evaluation.relay r ON r.shard = s.shard WHERE s.shard LIKE 'evaluation/%') AS relay,
  (SELECT coalesce(sum(h.next_offset - coalesce((s.sources ->> h.topic)::bigint, 0)), 0)::float8 FROM topic.partition_head h
     LEFT JOIN log.shard_head s ON s.shard = 'action/' || h.partition WHERE h.topic = 'decisions.recorded.v1') AS decisions,
  (SELECT count(*)::float8 FROM evaluation.judgement j JOIN current_set c ON c.workspace = j.workspace
    WHERE j.presence = 'present' AND j.policy_set_digest IS DISTINCT FROM c.digest) AS sweep,
  (SELECT coalesce(sum(s.size - coalesce(f.next_position, 0)), 0)::float8 FROM log.shard_head s
     LEFT JOIN api.follower f ON f.shard = s.shard WHERE s.shard LIKE 'evaluation/%' OR s.shard LIKE 'action/%') AS visible,
  (SELECT count(*)::float8 FROM evaluation.judgement WHERE look_at <= $1 AND presence = 'present') AS due`;
