import { textArray } from '@weir/postgres';
import type pg from 'pg';
import type { PackageState } from '../inventory/inventory-entry.js';
import { lockInventory } from '../inventory/read-inventory.js';
import { foldRow } from '../ledger/fold-ledger.js';
import { LEDGER_COLUMNS, ledgerRowOf, type StoredRow } from '../ledger/read-ledger.js';

const ROWS_OF_EACH = 100;

interface DatedRow extends StoredRow {
  readonly receivedAt: Date;
  /** Milliseconds; null: nothing before it is gone, or nobody knows when it happened. */
  readonly forgottenUntil: number | null;
  readonly isFirst: boolean;
}

const FIRST_ROWS = `
  SELECT row.* FROM unnest($1::text[]) AS asked (key), LATERAL (
    SELECT ${LEDGER_COLUMNS}, received_at AS "receivedAt", forgotten_until IS NOT NULL AS "isFirst",
           extract(epoch FROM nullif(forgotten_until, '-infinity'))::float8 * 1000 AS "forgottenUntil"
      FROM intelligence.observation o WHERE o.package_key = asked.key ORDER BY o.ordinal LIMIT ${ROWS_OF_EACH}) AS row
   ORDER BY row.key, row.ordinal`;

/** A package's rows up to one are gone; what that one holds instead. */
interface Cut {
  readonly key: string;
  readonly ordinal: number;
  readonly state: PackageState;
  readonly forgottenUntil: string;
}

/** Takes the old rows of packages away but for the last. Answers of how many packages, and how many rows. */
export const forgetRows = async (
  client: pg.PoolClient,
  keys: readonly string[],
  before: Date,
): Promise<{ readonly packages: number; readonly rows: number }> => {
  // Whoever adds to the ledger of a package holds its entry.
  const locked = await lockInventory(client, keys);
  const { rows } = await client.query<DatedRow>(FIRST_ROWS, [textArray([...locked.keys()])]);
  const cuts = [...Map.groupBy(rows, ({ key }) => key).values()].flatMap((some) => cutOf(some, before) ?? []);
  if (cuts.length === 0) return { packages: 0, rows: 0 };
  const { rows: answer } = await client.query<{ counts: [kept: number, gone: number] }>(REPLACE, valuesOf(cuts));
  const [kept, gone] = answer[0]?.counts ?? [0, 0];
  return { packages: kept, rows: gone - kept };
};

/**
 * Up to where the rows of a package are old: all that came before and told what happened before. Undefined where nothing
 * can go. `rows`: its first ones.
 */
const cutOf = (rows: readonly DatedRow[], before: Date): Cut | undefined => {
  let state: PackageState | undefined;
  let until = -Infinity;
  let cut: Cut | undefined;
  for (const [index, stored] of rows.entries()) {
    const row = ledgerRowOf(stored);
    const happened = happenedAt(stored, row.entry?.observed.observation.occurredAt);
    if (stored.receivedAt >= before || happened >= before.getTime()) break;
    if (state === undefined && row.entry !== null && row.state === null && row.ordinal > 1) break;
    state = foldRow(state, row);
    until = Math.max(until, stored.forgottenUntil ?? -Infinity);
    if (state !== undefined && !(index === 0 && stored.isFirst))
      cut = { key: row.key, ordinal: row.ordinal, state, forgottenUntil: textOf(until) };
    until = Math.max(until, happened);
  }
  return cut;
};

/** What was recorded before there was a ledger had happened when it was. */
const happenedAt = ({ receivedAt }: DatedRow, occurredAt: string | undefined): number =>
  occurredAt === undefined ? receivedAt.getTime() : new Date(occurredAt).getTime();

const textOf = (millis: number): string => (millis === -Infinity ? '-infinity' : new Date(millis).toISOString());

/** By the owner's function: the services' role may not take from the ledger, and what is young nobody may. */
const REPLACE = `SELECT intelligence.forget_observations($1::text[], $2::text[]::integer[], $3::text[], $4::text[]::timestamptz[]) AS counts`;

const valuesOf = (cuts: readonly Cut[]): Buffer[] => [
  textArray(cuts.map(({ key }) => key)),
  textArray(cuts.map(({ ordinal }) => String(ordinal))),
  textArray(cuts.map(({ state }) => JSON.stringify(state))),
  textArray(cuts.map(({ forgottenUntil }) => forgottenUntil)),
];
