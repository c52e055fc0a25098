import type { StoredEvent } from '@weir/event-store';
import type pg from 'pg';
import { decisionRows, type DecisionRow, type HourRow, type PackageRow } from './decision-rows.js';
import { effectRows, type EffectRow } from './effect-rows.js';
import { columnsOf, insertOf, type Columns, type Insert } from './insert-rows.js';

const DECISION: Columns<DecisionRow> = {
  id: 'text', workspace: 'text', repository: 'text', purl: 'text', decided_at: 'timestamptz', state: 'text', changed: 'boolean',
  matched: 'json', errored: 'json', details: 'text',
};

const PACKAGE: Columns<PackageRow> = {
  package_key: 'text', workspace: 'text', repository: 'text', format: 'text', purl: 'text', name: 'text', presence: 'text', state: 'text',
  tags: 'texts', decided_at: 'timestamptz', changed_at: 'timestamptz', details: 'text',
};

const HOUR: Columns<HourRow> = { workspace: 'text', hour: 'timestamptz', decisions: 'bigint', changed: 'bigint' };

const EFFECT: Columns<EffectRow> = { effect_id: 'text', package_key: 'text', decision_id: 'text', kind: 'text', requested_at: 'timestamptz', deliveries: 'json' };

const WRITE_DECISIONS = insertOf('api.decision_view', DECISION);

const ADD_PACKAGES = insertOf('api.package_view', PACKAGE);

const WRITE_PACKAGES = insertOf('api.package_view', PACKAGE, `
  ON CONFLICT (package_key) DO UPDATE SET
    format = excluded.format, presence = excluded.presence, state = excluded.state, tags = excluded.tags,
    decided_at = excluded.decided_at, changed_at = coalesce(excluded.changed_at, known.changed_at), details = excluded.details`);

const COUNT_HOURS = insertOf('api.decision_hour', HOUR, `
  ON CONFLICT (workspace, hour) DO UPDATE SET decisions = known.decisions + excluded.decisions, changed = known.changed + excluded.changed`);

const WRITE_EFFECTS = insertOf('api.effect_view', EFFECT);

const WRITE_DELIVERIES = `
  UPDATE api.effect_view AS known SET deliveries = known.deliveries || news.deliveries
  FROM json_to_recordset($1) AS news (effect_id text, deliveries jsonb) WHERE known.effect_id = news.effect_id`;

/**
 * Brings the read models on by events of one shard, one statement for each table. `isNew`: whether packages are added
 * that a decision says were never decided about; it fails with a unique violation when one is there. Else none is taken for new.
 */
export const writeRows = async (client: pg.ClientBase, events: readonly StoredEvent[], isNew: boolean): Promise<void> => {
  const { packages, firstDecided, decisions, hours } = decisionRows(events);
  const inOrder = sortedBy(packages, ({ package_key }) => package_key);
  const isAdded = ({ package_key }: PackageRow): boolean => isNew && firstDecided.has(package_key);
  const { requested, deliveries } = effectRows(events);
  await insert(client, WRITE_DECISIONS, DECISION, decisions);
  await insert(client, ADD_PACKAGES, PACKAGE, inOrder.filter(isAdded));
  await insert(client, WRITE_PACKAGES, PACKAGE, inOrder.filter((row) => !isAdded(row)));
  await insert(client, COUNT_HOURS, HOUR, sortedBy(hours, ({ workspace, hour }) => `${hour} ${workspace}`));
  await insert(client, WRITE_EFFECTS, EFFECT, requested);
  if (deliveries.length > 0) await client.query(WRITE_DELIVERIES, [JSON.stringify(deliveries)]);
};

const insert = async <Row>(client: pg.ClientBase, statement: Insert, columns: Columns<Row>, rows: readonly Row[]): Promise<void> => {
  if (rows.length > 0) await client.query({ ...statement, values: [...columnsOf(columns, rows)] });
};

/** Rows that several shards touch are locked in one order, so that two followers never wait for each other. */
const sortedBy = <T>(rows: readonly T[], key: (row: T) => string): readonly T[] => [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
