import { deliveriesOf, untouchedPackage, type EffectedLevel, type EffectRequested } from '@weir/domain';
import type pg from 'pg';
import { insertOrMerge, textArray } from '@weir/postgres';

/** The level last asked for of each package; packages that nothing was ever asked for are left out. */
export const readLevels = async (pool: pg.Pool, keys: readonly string[]): Promise<Map<string, EffectedLevel>> => {
  // A probe for each key: with `= ANY` and no statistics yet the whole table was read.
  const { rows } = await pool.query<EffectedLevel & { key: string }>(
    `SELECT decided.key, known.state, known.tags FROM unnest($1::text[]) AS decided (key),
       LATERAL (SELECT state, tags FROM action.package WHERE package_key = decided.key LIMIT 1) AS known`,
    [textArray(keys)],
  );
  return new Map(rows.map(({ key, state, tags }) => [key, { state, tags }]));
};

export const levelOf = (levels: ReadonlyMap<string, EffectedLevel>, key: string): EffectedLevel =>
  levels.get(key) ?? untouchedPackage;

/** An effect and the trace that its webhooks continue. */
export interface TracedEffect {
  readonly event: EffectRequested;
  readonly traceparent: string | null;
}

/**
 * Writes the effects in order: the packages' new levels, the effects, and a delivery for each endpoint. `known`: the
 * packages that had a level before.
 * @throws Retryable when another package has one by now.
 */
export const writeRequested = async (
  client: pg.PoolClient,
  shard: string,
  requested: readonly TracedEffect[],
  known: Pick<ReadonlySet<string>, 'has'>,
): Promise<void> => {
  const events = requested.map(({ event }) => event);
  if (events.length === 0) return;
  await writeLevels(client, shard, events, known);
  const column = (of: (effect: TracedEffect) => string | null): Buffer => textArray(requested.map(of));
  const values = [
    shard,
    column(({ event }) => event.data.effectId),
    column(({ event }) => event.data.packageKey),
    column(({ event }) => (event.data.deliverTo.length === 0 ? 'recorded' : 'pending')),
    column(({ event }) => JSON.stringify(event.data)),
    column(({ traceparent }) => traceparent),
  ];
  await client.query({ name: 'action-write-effects', text: WRITE_EFFECTS, values });
  await writeDeliveries(client, shard, events);
};

const WRITE_EFFECTS = `
  INSERT INTO action.effect (effect_id, shard, package_key, status, request, traceparent)
  SELECT e.effect_id, $1, e.package_key, e.status, e.request, e.traceparent
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS e(effect_id, package_key, status, request, traceparent, number)
   ORDER BY e.number`;

const writeLevels = async (
  client: pg.PoolClient,
  shard: string,
  events: readonly EffectRequested[],
  known: Pick<ReadonlySet<string>, 'has'>,
): Promise<void> => {
  const levels = [
    ...new Map(
      events.map(({ data }) => [
        data.packageKey,
        { key: data.packageKey, state: data.change.state.to, tags: data.change.tags },
      ]),
    ).values(),
  ];
  await insertOrMerge(levels, {
    known,
    insert: (first) =>
      client.query({ name: 'action-insert-levels', text: INSERT_LEVELS, values: [shard, JSON.stringify(first)] }),
    merge: (further) =>
      client.query({ name: 'action-merge-levels', text: MERGE_LEVELS, values: [shard, JSON.stringify(further)] }),
    taken: 'An effect was asked for a package of this batch by somebody else meanwhile',
  });
};

const INSERT_LEVELS = `
  INSERT INTO action.package (package_key, shard, state, tags)
  SELECT l.key, $1, l.state, l.tags FROM jsonb_to_recordset($2::jsonb) AS l(key text, state text, tags text[])`;

const MERGE_LEVELS = `${INSERT_LEVELS}
  ON CONFLICT (package_key) DO UPDATE SET state = excluded.state, tags = excluded.tags`;

const writeDeliveries = async (
  client: pg.PoolClient,
  shard: string,
  events: readonly EffectRequested[],
): Promise<void> => {
  const deliveries = events.flatMap((event) => deliveriesOf(event));
  if (deliveries.length === 0) return;
  await client.query(
    `INSERT INTO action.delivery (effect_id, endpoint, sequence, shard, package_key, changes_state, status, attempts, requested_at, due_at)
     SELECT d."effectId", d.endpoint, e.sequence, $1, e.package_key, d."changesState", 'pending', d.attempts, d."requestedAt", d."dueAt"
       FROM jsonb_to_recordset($2::jsonb) AS d("effectId" text, endpoint text, "changesState" boolean, attempts integer, "requestedAt" timestamptz, "dueAt" timestamptz)
       JOIN action.effect e ON e.effect_id = d."effectId"`,
    [shard, JSON.stringify(deliveries)],
  );
  await client.query(MARK_OVERTAKEN, [[...new Set(events.map(({ data }) => data.packageKey))]]);
};

/**
 * A hint for whom to look at; whether a delivery is superseded is decided by `supersedeDelivery`. The subquery is a
 * scalar so that it stays one probe of delivery_lane for each row: without statistics an EXISTS took 460 ms for 500 rows.
 */
const MARK_OVERTAKEN = `
  UPDATE action.delivery d SET overtaken = true, due_at = d.requested_at
   WHERE d.status = 'pending' AND NOT d.overtaken AND d.package_key = ANY($1)
     AND d.sequence < (SELECT max(l.sequence) FROM action.delivery l
           WHERE l.status = 'pending' AND l.package_key = d.package_key AND l.endpoint = d.endpoint AND (l.changes_state OR NOT d.changes_state))`;
