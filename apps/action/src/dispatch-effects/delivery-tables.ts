import type {
  EffectAbandoned,
  EffectAttemptFailed,
  EffectDelivered,
  EffectRequested,
  EffectSuperseded,
  OpenDelivery,
} from '@weir/domain';
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
  /** Trace of the decision that asked for it. */
  readonly traceparent: string | null;
}

/**
 * Fronts of lanes that are due or overtaken, the longest due first. Invariant: a later delivery of a package is never
 * listed while an earlier one to the same endpoint is open.
 */
export const readFronts = async (
  pool: pg.Pool,
  shard: string,
  endpoint: string,
  now: Date,
  limit: number,
): Promise<readonly FrontDelivery[]> => {
  const { rows } = await pool.query<Omit<FrontDelivery, 'effect'> & { readonly effect: string }>(
    `SELECT d.effect_id AS "effectId", d.package_key AS "packageKey", e.request AS effect, d.overtaken, e.traceparent
       FROM action.delivery d JOIN action.effect e ON e.effect_id = d.effect_id
      WHERE d.status = 'pending' AND d.shard = $1 AND d.endpoint = $2 AND d.due_at <= $3
        AND d.sequence = (SELECT min(p.sequence) FROM action.delivery p
              WHERE p.status = 'pending' AND p.package_key = d.package_key AND p.endpoint = d.endpoint)
      ORDER BY d.due_at, d.sequence LIMIT $4`,
    [shard, endpoint, now, limit],
  );
  return rows.map(({ effect, ...row }) => ({ ...row, effect: JSON.parse(effect) as EffectRequested['data'] }));
};

/** When the next delivery becomes due after `now`; null when none does. What is due already waits behind an earlier one. */
export const readNextDue = async (pool: pg.Pool, shard: string, endpoint: string, now: Date): Promise<Date | null> => {
  const { rows } = await pool.query<{ due: Date | null }>(
    `SELECT min(due_at) AS due FROM action.delivery WHERE status = 'pending' AND shard = $1 AND endpoint = $2 AND due_at > $3`,
    [shard, endpoint, now],
  );
  return rows[0]?.due ?? null;
};

export type LaneName = Pick<Lane, 'endpoint' | 'packageKey'>;

interface OpenRow extends LaneName {
  readonly effectId: string;
  readonly changesState: boolean;
  readonly requestedAt: Date;
  readonly attempts: number;
  readonly dueAt: Date;
}

/** The lanes named, in the order of `names`; one without open deliveries is empty. */
export const readLanes = async (pool: pg.Pool, names: readonly LaneName[]): Promise<readonly Lane[]> => {
  const { rows } = await pool.query<OpenRow>(
    `SELECT d.effect_id AS "effectId", d.endpoint, d.package_key AS "packageKey", d.changes_state AS "changesState", d.requested_at AS "requestedAt", d.attempts, d.due_at AS "dueAt"
       FROM action.delivery d JOIN unnest($1::text[], $2::text[]) AS n(endpoint, package_key) ON n.endpoint = d.endpoint AND n.package_key = d.package_key
      WHERE d.status = 'pending' ORDER BY d.sequence`,
    [names.map(({ endpoint }) => endpoint), names.map(({ packageKey }) => packageKey)],
  );
  const byLane = Map.groupBy(rows, laneText);
  return names.map(({ endpoint, packageKey }) => ({
    endpoint,
    packageKey,
    open: (byLane.get(laneText({ endpoint, packageKey })) ?? []).map(openOf),
  }));
};

/** An endpoint's name has no space. */
const laneText = ({ endpoint, packageKey }: LaneName): string => `${endpoint} ${packageKey}`;

const openOf = ({ effectId, endpoint, changesState, requestedAt, attempts, dueAt }: OpenRow): OpenDelivery => ({
  effectId,
  endpoint,
  changesState,
  requestedAt: requestedAt.toISOString(),
  attempts,
  dueAt: dueAt.toISOString(),
});

/** Lanes to endpoints that are not among `known`. */
export const readRetiredLanes = async (
  pool: pg.Pool,
  shard: string,
  known: readonly string[],
): Promise<readonly LaneName[]> => {
  const { rows } = await pool.query<LaneName>(
    `SELECT DISTINCT endpoint, package_key AS "packageKey" FROM action.delivery WHERE status = 'pending' AND shard = $1 AND endpoint <> ALL($2)`,
    [shard, known],
  );
  return rows;
};

export type OutcomeEvent = EffectDelivered | EffectAttemptFailed | EffectAbandoned | EffectSuperseded;

/** Writes what became of deliveries, and of the effects they belong to. Of one delivery the last event counts. */
export const writeOutcomes = async (client: pg.PoolClient, events: readonly OutcomeEvent[]): Promise<void> => {
  const latest = new Map(events.map((event) => [`${event.data.effectId} ${event.data.endpoint}`, event]));
  const outcomes = [...latest.values()].map((event) => ({
    effectId: event.data.effectId,
    endpoint: event.data.endpoint,
    ...columnsOf(event),
  }));
  await client.query(CLOSE_DELIVERIES, [JSON.stringify(outcomes)]);
  await client.query(SETTLE_EFFECTS, [[...new Set(outcomes.map(({ effectId }) => effectId))]]);
};

const CLOSE_DELIVERIES = `
  UPDATE action.delivery d
     SET status = o.status, attempts = coalesce(o.attempts, d.attempts), last_reason = coalesce(o.reason, d.last_reason), finished_at = o."finishedAt",
         due_at = CASE WHEN d.overtaken THEN d.due_at ELSE coalesce(o."dueAt", d.due_at) END
    FROM jsonb_to_recordset($1::jsonb) AS o("effectId" text, endpoint text, status text, attempts integer, "dueAt" timestamptz, reason text, "finishedAt" timestamptz)
   WHERE d.effect_id = o."effectId" AND d.endpoint = o.endpoint`;

/** An effect waits while any delivery does, failed when one failed, and counts as superseded only when all were. */
const SETTLE_EFFECTS = `
  UPDATE action.effect e SET status = s.status
    FROM (SELECT effect_id, CASE WHEN bool_or(status = 'pending') THEN 'pending' WHEN bool_or(status = 'failed') THEN 'failed'
                                 WHEN bool_and(status = 'superseded') THEN 'superseded' ELSE 'delivered' END AS status
            FROM action.delivery WHERE effect_id = ANY($1) GROUP BY effect_id) s
   WHERE e.effect_id = s.effect_id AND e.status <> s.status`;

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
      return {
        status: 'delivered',
        attempts: event.data.attempt,
        dueAt: null,
        reason: event.data.answer,
        finishedAt: event.data.deliveredAt,
      };
    case 'EffectAttemptFailed':
      return {
        status: 'pending',
        attempts: event.data.attempt,
        dueAt: event.data.nextAttemptAt,
        reason: event.data.reason,
        finishedAt: null,
      };
    case 'EffectAbandoned':
      return {
        status: 'failed',
        attempts: event.data.attempts,
        dueAt: null,
        reason: event.data.reason,
        finishedAt: event.data.abandonedAt,
      };
    case 'EffectSuperseded':
      return { status: 'superseded', attempts: null, dueAt: null, reason: null, finishedAt: event.data.supersededAt };
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
};
