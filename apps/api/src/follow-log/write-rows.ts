import { type StoredEvent } from '@weir/event-store';
import type pg from 'pg';
import { areFew, type CopiedColumn, copyInto, inOrder, textColumns } from '@weir/postgres';
import { decisionRows, type DecisionRow, type HourRow, type PackageRow } from './decision-rows.js';
import { effectRows, type EffectRow } from './effect-rows.js';
import { mergeOf, type Merge } from './merge-rows.js';

const DECISION: readonly CopiedColumn<DecisionRow>[] = [
  { name: 'id', type: 'text', of: ({ id }) => id },
  { name: 'workspace', type: 'text', of: ({ workspace }) => workspace },
  { name: 'repository', type: 'text', of: ({ repository }) => repository },
  { name: 'purl', type: 'text', of: ({ purl }) => purl },
  { name: 'decided_at', type: 'timestamptz', of: ({ decided_at }) => decided_at },
  { name: 'state', type: 'text', of: ({ state }) => state },
  { name: 'changed', type: 'boolean', of: ({ changed }) => changed },
  { name: 'matched', type: 'jsonb', of: ({ matched }) => JSON.stringify(matched) },
  { name: 'errored', type: 'jsonb', of: ({ errored }) => JSON.stringify(errored) },
  { name: 'details', type: 'text', of: ({ details }) => details },
];

const PACKAGE: readonly CopiedColumn<PackageRow>[] = [
  { name: 'package_key', type: 'text', of: ({ package_key }) => package_key },
  { name: 'workspace', type: 'text', of: ({ workspace }) => workspace },
  { name: 'repository', type: 'text', of: ({ repository }) => repository },
  { name: 'format', type: 'text', of: ({ format }) => format },
  { name: 'purl', type: 'text', of: ({ purl }) => purl },
  { name: 'name', type: 'text', of: ({ name }) => name },
  { name: 'presence', type: 'text', of: ({ presence }) => presence },
  { name: 'state', type: 'text', of: ({ state }) => state },
  { name: 'tags', type: 'texts', of: ({ tags }) => tags },
  { name: 'decided_at', type: 'timestamptz', of: ({ decided_at }) => decided_at },
  { name: 'changed_at', type: 'timestamptz', of: ({ changed_at }) => changed_at },
  { name: 'details', type: 'text', of: ({ details }) => details },
];

const HOUR: readonly CopiedColumn<HourRow>[] = [
  { name: 'workspace', type: 'text', of: ({ workspace }) => workspace },
  { name: 'hour', type: 'timestamptz', of: ({ hour }) => hour },
  { name: 'decisions', type: 'bigint', of: ({ decisions }) => decisions },
  { name: 'changed', type: 'bigint', of: ({ changed }) => changed },
];

const EFFECT: readonly CopiedColumn<EffectRow>[] = [
  { name: 'effect_id', type: 'text', of: ({ effect_id }) => effect_id },
  { name: 'package_key', type: 'text', of: ({ package_key }) => package_key },
  { name: 'decision_id', type: 'text', of: ({ decision_id }) => decision_id },
  { name: 'kind', type: 'text', of: ({ kind }) => kind },
  { name: 'requested_at', type: 'timestamptz', of: ({ requested_at }) => requested_at },
  { name: 'deliveries', type: 'jsonb', of: ({ deliveries }) => JSON.stringify(deliveries) },
];

/** The schema that the tables are in: their own, or that of a session, which makes them again to compare. */
export type RowsSchema = 'api' | 'pg_temp';

const mergePackages = (schema: RowsSchema): Merge =>
  mergeOf(
    `${schema}.package_view`,
    PACKAGE,
    `
  ON CONFLICT (package_key) DO UPDATE SET
    format = excluded.format, presence = excluded.presence, state = excluded.state, tags = excluded.tags,
    decided_at = excluded.decided_at, changed_at = coalesce(excluded.changed_at, known.changed_at), details = excluded.details`,
  );

const countHours = (schema: RowsSchema): Merge =>
  mergeOf(
    `${schema}.decision_hour`,
    HOUR,
    `
  ON CONFLICT (workspace, hour) DO UPDATE SET decisions = known.decisions + excluded.decisions, changed = known.changed + excluded.changed`,
  );

const STATEMENTS = {
  api: { packages: mergePackages('api'), hours: countHours('api') },
  pg_temp: { packages: mergePackages('pg_temp'), hours: countHours('pg_temp') },
} as const;

const writeDeliveries = (schema: RowsSchema): string => `
  UPDATE ${schema}.effect_view AS known SET deliveries = known.deliveries || news.deliveries
  FROM json_to_recordset($1) AS news (effect_id text, deliveries jsonb) WHERE known.effect_id = news.effect_id`;

/**
 * Brings the read models on by events of one shard, one statement for each table. `isNew`: whether packages are added
 * that a decision says were never decided about; it fails with a unique violation when one is there. Else none is taken for new.
 */
export const writeRows = async (
  client: pg.ClientBase,
  events: readonly StoredEvent[],
  isNew: boolean,
  schema: RowsSchema = 'api',
): Promise<void> => {
  const { packages, firstDecided, decisions, hours } = decisionRows(events);
  const inOrderOfKeys = sortedBy(packages, ({ package_key }) => package_key);
  const isAdded = ({ package_key }: PackageRow): boolean => isNew && firstDecided.has(package_key);
  const { requested, deliveries } = effectRows(events);
  await inOrder(client, areFew(events), [
    () => copyInto(client, `${schema}.decision_view`, DECISION, decisions),
    () => copyInto(client, `${schema}.package_view`, PACKAGE, inOrderOfKeys.filter(isAdded)),
    () =>
      merge(
        client,
        STATEMENTS[schema].packages,
        PACKAGE,
        inOrderOfKeys.filter((row) => !isAdded(row)),
      ),
    () =>
      merge(
        client,
        STATEMENTS[schema].hours,
        HOUR,
        sortedBy(hours, ({ workspace, hour }) => `${hour} ${workspace}`),
      ),
    () => copyInto(client, `${schema}.effect_view`, EFFECT, requested),
    () => addDeliveries(client, schema, deliveries),
  ]);
};

const addDeliveries = async (
  client: pg.ClientBase,
  schema: RowsSchema,
  deliveries: ReturnType<typeof effectRows>['deliveries'],
): Promise<void> => {
  if (deliveries.length > 0) await client.query(writeDeliveries(schema), [JSON.stringify(deliveries)]);
};

const merge = async <Row>(
  client: pg.ClientBase,
  statement: Merge,
  columns: readonly CopiedColumn<Row>[],
  rows: readonly Row[],
): Promise<void> => {
  if (rows.length > 0) await client.query({ ...statement, values: textColumns(columns, rows) });
};

/** Rows that several shards touch are locked in one order, so that two followers never wait for each other. */
const sortedBy = <T>(rows: readonly T[], key: (row: T) => string): readonly T[] =>
  [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
