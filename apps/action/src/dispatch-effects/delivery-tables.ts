import type { EffectAbandoned, EffectAttemptFailed, EffectDelivered, EffectRequested, EffectSuperseded, OpenDelivery } from '@weir/domain';
import type pg from 'pg';

/** All open deliveries of one package to one endpoint, in the order in which they were asked for. */
export interface Lane {
  readonly endpoint: string;
  readonly packageKey: string;
  readonly open: readonly OpenDelivery[];
}

/** The delivery at the front of a lane, with what it tells. */
export interface FrontDelivery {
  readonly effectId: string;
  readonly packageKey: string;
  readonly effect: EffectRequested['data'];
  /** Whether a later delivery may say all that this one would. */
  readonly overtaken: boolean;
}

/**
 * Fronts of lanes that are due or overtaken, the longest due first. Invariant: a later delivery of a package is never
 * listed while an earlier one to the same endpoint is open.
 */
export const readFronts = async (pool: pg.Pool, shard: string, endpoint: string, now: Date, limit: number): Promise<readonly FrontDelivery[]> => {
  const { rows } = await pool.query<FrontDelivery>(
    `SELECT d.effect_id AS "effectId", d.package_key AS "packageKey", e.request AS effect, d.overtaken
       FROM action.delivery d JOIN action.effect e ON e.effect_id = d.effect_id
      WHERE d.status = 'pending' AND d.shard = $1 AND d.endpoint = $2 AND d.due_at <= $3
        AND NOT EXISTS (SELECT 1 FROM action.delivery p
              WHERE p.status = 'pending' AND p.shard = d.shard AND p.endpoint = d.endpoint AND p.package_key = d.package_key
                AND p.sequence < d.sequence)
      ORDER BY d.due_at, d.sequence LIMIT $4`,
    [shard, endpoint, now, limit],
  );
  return rows;
};

/** When the next delivery becomes due after `now`; null when none does. What is due already waits behind an earlier one. */
export const readNextDue = async (pool: pg.Pool, shard: string, endpoint: string, now: Date): Promise<Date | null> => {
  const { rows } = await pool.query<{ due: Date | null }>(
    `SELECT min(due_at) AS due FROM action.delivery WHERE status = 'pending' AND shard = $1 AND endpoint = $2 AND due_at > $3`,
    [shard, endpoint, now],
  );
  return rows[0]?.due ?? null;
};

interface OpenRow {
  readonly effectId: string;
  readonly changesState: boolean;
  readonly requestedAt: Date;
  readonly attempts: number;
  readonly dueAt: Date;
}

export const readLane = async (pool: pg.Pool, shard: string, endpoint: string, packageKey: string): Promise<Lane> => {
  const { rows } = await pool.query<OpenRow>(
    `SELECT effect_id AS "effectId", changes_state AS "changesState", requested_at AS "requestedAt", attempts, due_at AS "dueAt"
       FROM action.delivery WHERE status = 'pending' AND shard = $1 AND endpoint = $2 AND package_key = $3 ORDER BY sequence`,
    [shard, endpoint, packageKey],
  );
  const open = rows.map((row) => ({ ...row, endpoint, requestedAt: row.requestedAt.toISOString(), dueAt: row.dueAt.toISOString() }));
  return { endpoint, packageKey, open };
};

/** Lanes to endpoints that are not among `known`. */
export const readRetiredLanes = async (pool: pg.Pool, shard: string, known: readonly string[]): Promise<readonly Pick<Lane, 'endpoint' | 'packageKey'>[]> => {
  const { rows } = await pool.query<{ endpoint: string; packageKey: string }>(
    `SELECT DISTINCT endpoint, package_key AS "packageKey" FROM action.delivery WHERE status = 'pending' AND shard = $1 AND endpoint <> ALL($2)`,
    [shard, known],
  );
  return rows;
};

export type OutcomeEvent = EffectDelivered | EffectAttemptFailed | EffectAbandoned | EffectSuperseded;

/** Writes what became of deliveries, and of the effects they belong to. */
export const writeOutcomes = async (client: pg.PoolClient, events: readonly OutcomeEvent[]): Promise<void> => {
  for (const event of events) {
    const { status, attempts, dueAt, reason, finishedAt } = columnsOf(event);
    await client.query(
      `UPDATE action.delivery SET status = $3, attempts = coalesce($4, attempts), due_at = CASE WHEN overtaken THEN due_at ELSE coalesce($5, due_at) END, last_reason = coalesce($6, last_reason), finished_at = $7
        WHERE effect_id = $1 AND endpoint = $2`,
      [event.data.effectId, event.data.endpoint, status, attempts, dueAt, reason, finishedAt],
    );
  }
  for (const effectId of new Set(events.map(({ data }) => data.effectId))) await client.query(SETTLE_EFFECT, [effectId]);
};

/** An effect waits while any delivery does, failed when one failed, and counts as superseded only when all were. */
const SETTLE_EFFECT = `
  UPDATE action.effect e SET status = s.status
    FROM (SELECT CASE WHEN bool_or(status = 'pending') THEN 'pending' WHEN bool_or(status = 'failed') THEN 'failed'
                      WHEN bool_and(status = 'superseded') THEN 'superseded' ELSE 'delivered' END AS status
            FROM action.delivery WHERE effect_id = $1) s
   WHERE e.effect_id = $1`;

interface OutcomeColumns {
  readonly status: 'pending' | 'delivered' | 'failed' | 'superseded';
  readonly attempts: number | null;
  readonly dueAt: string | null;
  readonly reason: string | null;
  readonly finishedAt: string | null;
}

const columnsOf = (event: OutcomeEvent): OutcomeColumns => {
  switch (event.type) {
    case 'EffectDelivered':
      return { status: 'delivered', attempts: event.data.attempt, dueAt: null, reason: event.data.answer, finishedAt: event.data.deliveredAt };
    case 'EffectAttemptFailed':
      return { status: 'pending', attempts: event.data.attempt, dueAt: event.data.nextAttemptAt, reason: event.data.reason, finishedAt: null };
    case 'EffectAbandoned':
      return { status: 'failed', attempts: event.data.attempts, dueAt: null, reason: event.data.reason, finishedAt: event.data.abandonedAt };
    case 'EffectSuperseded':
      return { status: 'superseded', attempts: null, dueAt: null, reason: null, finishedAt: event.data.supersededAt };
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
};
