import type { StoredEvent } from '@weir/event-store';
import type pg from 'pg';
import { decisionRows } from './decision-rows.js';
import { effectRows } from './effect-rows.js';

const WRITE_DECISIONS = 'INSERT INTO api.decision_view SELECT * FROM json_populate_recordset(NULL::api.decision_view, $1)';

const WRITE_PACKAGES = `
  INSERT INTO api.package_view AS known SELECT * FROM json_populate_recordset(NULL::api.package_view, $1)
  ON CONFLICT (package_key) DO UPDATE SET
    environment = excluded.environment, format = excluded.format, team = excluded.team, presence = excluded.presence,
    state = excluded.state, tags = excluded.tags, promotion = excluded.promotion, reasons = excluded.reasons,
    decision_id = excluded.decision_id, decided_at = excluded.decided_at, cause_kind = excluded.cause_kind,
    changed_at = coalesce(excluded.changed_at, known.changed_at)`;

const COUNT_HOURS = `
  INSERT INTO api.decision_hour AS known SELECT * FROM json_populate_recordset(NULL::api.decision_hour, $1)
  ON CONFLICT (workspace, hour) DO UPDATE SET decisions = known.decisions + excluded.decisions, changed = known.changed + excluded.changed`;

const WRITE_EFFECTS = 'INSERT INTO api.effect_view SELECT * FROM json_populate_recordset(NULL::api.effect_view, $1)';

const WRITE_DELIVERIES = `
  UPDATE api.effect_view AS known SET deliveries = known.deliveries || news.deliveries
  FROM json_to_recordset($1) AS news (effect_id text, deliveries jsonb) WHERE known.effect_id = news.effect_id`;

/** Brings the read models on by events of one shard, one statement for each table. */
export const writeRows = async (client: pg.ClientBase, events: readonly StoredEvent[]): Promise<void> => {
  const { packages, decisions, hours } = decisionRows(events);
  const { requested, deliveries } = effectRows(events);
  const batches: readonly (readonly [string, readonly object[]])[] = [
    [WRITE_DECISIONS, decisions],
    [WRITE_PACKAGES, sortedBy(packages, ({ package_key }) => package_key)],
    [COUNT_HOURS, sortedBy(hours, ({ workspace, hour }) => `${hour} ${workspace}`)],
    [WRITE_EFFECTS, requested],
    [WRITE_DELIVERIES, deliveries],
  ];
  for (const [statement, rows] of batches) if (rows.length > 0) await client.query(statement, [JSON.stringify(rows)]);
};

/** Rows that several shards touch are locked in one order, so that two followers never wait for each other. */
const sortedBy = <T>(rows: readonly T[], key: (row: T) => string): readonly T[] => [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
