import { packageObservedSchema, type PackageMetadata } from '@weir/contracts';
import { textArray } from '@weir/postgres';
import type pg from 'pg';
import type { PackageState } from '../inventory/inventory-entry.js';
import { foldRow } from './fold-ledger.js';
import { STATE_EVERY, type LedgerRow, type ObservationName, type LedgerEntry } from './ledger-row.js';

/** Where the ledger of a package ends. */
export interface LedgerEnd {
  readonly ordinal: number;
  /** Whether nobody knows what its last observation said. */
  readonly isUnknown: boolean;
}

export interface LedgerRead {
  /** Those that are recorded already. */
  readonly rows: readonly LedgerRow[];
  /** By package key. */
  readonly ends: ReadonlyMap<string, LedgerEnd>;
}

/** A row as `pg` gives it. */
export interface StoredRow extends ObservationName {
  readonly key: string;
  readonly ordinal: number;
  readonly sequence: number | null;
  readonly observed: string | null;
  readonly copiedFrom: string | null;
  readonly state: string | null;
}

export const LEDGER_COLUMNS = `workspace, source, id, package_key AS key, ordinal, sequence::float8 AS sequence,
  observed, copied_from AS "copiedFrom", state`;

/** A probe of an index for each name and each key, whatever the size of the table: OFFSET 0 keeps PostgreSQL to it. */
const RECORDED = `
  SELECT row.*, NULL AS "isUnknown"
    FROM unnest($1::text[], $2::text[], $3::text[]) AS asked (workspace, source, id), LATERAL (
      SELECT ${LEDGER_COLUMNS} FROM intelligence.observation o
       WHERE o.workspace = asked.workspace AND o.source = asked.source AND o.id = asked.id OFFSET 0) AS row
   UNION ALL
  SELECT NULL, NULL, NULL, asked.key, last.ordinal, NULL, NULL, NULL, NULL, last."isUnknown"
    FROM unnest($4::text[]) AS asked (key), LATERAL (
      SELECT ordinal, observed IS NULL AS "isUnknown" FROM intelligence.observation o
       WHERE o.package_key = asked.key ORDER BY ordinal DESC LIMIT 1) AS last`;

type Found =
  (StoredRow & { readonly isUnknown: null }) | (Pick<StoredRow, 'key' | 'ordinal'> & { readonly isUnknown: boolean });

/** What is recorded under these names, and where the ledgers of these packages end. Lock their entries before. */
export const readLedger = async (
  client: pg.PoolClient,
  names: readonly ObservationName[],
  keys: readonly string[],
): Promise<LedgerRead> => {
  const { rows } = await client.query<Found>(RECORDED, [
    textArray(names.map(({ workspace }) => workspace)),
    textArray(names.map(({ source }) => source)),
    textArray(names.map(({ id }) => id)),
    textArray(keys),
  ]);
  const ends = rows.flatMap((row) =>
    row.isUnknown === null ? [] : [[row.key, { ordinal: row.ordinal, isUnknown: row.isUnknown }] as const],
  );
  return { rows: rows.flatMap((row) => (row.isUnknown === null ? [ledgerRowOf(row)] : [])), ends: new Map(ends) };
};

/** Invariant: what a row says passes the schema it passed when it came, so that folding it gives the same again. */
export const ledgerRowOf = (row: StoredRow): LedgerRow => {
  const { workspace, source, id, key, ordinal, state } = row;
  return {
    name: { workspace, source, id },
    key,
    ordinal,
    entry: entryOf(row),
    state: state === null ? null : (JSON.parse(state) as PackageState),
  };
};

const entryOf = ({ observed, copiedFrom, sequence }: StoredRow): LedgerEntry | null => {
  if (observed === null || sequence === null) return null;
  const source = copiedFrom === null ? null : (JSON.parse(copiedFrom) as PackageMetadata);
  return { observed: packageObservedSchema.parse(JSON.parse(observed)), copiedFrom: source, sequence };
};

/** From the last row that has a state of its own: so many are read, however often a package was observed. */
const UP_TO = `
  SELECT asked.ordinal AS "upTo", row.*
    FROM unnest($1::text[], $2::text[]::integer[]) AS asked (key, ordinal), LATERAL (
    SELECT ${LEDGER_COLUMNS} FROM intelligence.observation o
     WHERE o.package_key = asked.key
       AND o.ordinal BETWEEN asked.ordinal - asked.ordinal % ${STATE_EVERY} AND asked.ordinal
     ORDER BY o.ordinal OFFSET 0) AS row`;

type Place = Pick<LedgerRow, 'key' | 'ordinal'>;

/** The place of a row as one text. */
export const textOfPlace = ({ key, ordinal }: Place): string => `${ordinal} ${key}`;

/** The states of packages after rows of their ledgers, by `textOfPlace`. */
export const readStatesAfter = async (
  client: pg.PoolClient,
  places: readonly Place[],
): Promise<ReadonlyMap<string, PackageState>> => {
  const states = new Map<string, PackageState>();
  if (places.length === 0) return states;
  const { rows } = await client.query<StoredRow & { readonly upTo: number }>(UP_TO, [
    textArray(places.map(({ key }) => key)),
    textArray(places.map(({ ordinal }) => String(ordinal))),
  ]);
  for (const row of rows) {
    const place = textOfPlace({ key: row.key, ordinal: row.upTo });
    const state = foldRow(states.get(place), ledgerRowOf(row));
    if (state !== undefined) states.set(place, state);
  }
  return states;
};
