import { textArray } from '@weir/postgres';
import type pg from 'pg';
import type { PackageState } from '../inventory/inventory-entry.js';
import { foldRow } from '../ledger/fold-ledger.js';
import { LEDGER_COLUMNS, ledgerRowOf, type StoredRow } from '../ledger/read-ledger.js';

/** A package by its ledger. */
export interface Folded {
  readonly state: PackageState;
  /** Number of the facts that its last observation led to. */
  readonly sequence: number;
}

/** Keys of packages that are in the ledger, in order, behind `after`. */
export const readPackages = async (
  pool: Pick<pg.Pool, 'query'>,
  after: string,
  limit: number,
): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ key: string }>(
    `SELECT DISTINCT package_key AS key FROM intelligence.observation
      WHERE package_key > $1 ORDER BY package_key LIMIT $2`,
    [after, limit],
  );
  return rows.map(({ key }) => key);
};

const ROWS_TOGETHER = 2_000;

const ROWS = `
  SELECT ${LEDGER_COLUMNS} FROM intelligence.observation
   WHERE (package_key, ordinal) > ($2, $3) AND package_key <= $4 AND package_key = ANY ($1::text[])
   ORDER BY package_key, ordinal LIMIT ${ROWS_TOGETHER}`;

/**
 * Folds the ledgers of packages from their beginning, a part at a time, however often one was observed. Those of which
 * nobody knows what was observed are left out. `keys`: in order, as `readPackages` gives them.
 */
export const foldPackages = async (
  client: Pick<pg.PoolClient, 'query'>,
  keys: readonly string[],
): Promise<{ readonly folded: readonly Folded[]; readonly observations: number }> => {
  const folded = new Map<string, Folded>();
  const asked = textArray(keys);
  let observations = 0;
  for (let [key, ordinal] = [keys[0] ?? '', 0]; ;) {
    const { rows } = await client.query<StoredRow>(ROWS, [asked, key, ordinal, keys.at(-1)]);
    for (const row of rows.map(ledgerRowOf)) {
      const state = foldRow(folded.get(row.key)?.state, row);
      if (state !== undefined) folded.set(row.key, { state, sequence: row.entry?.sequence ?? 0 });
    }
    observations += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_TOGETHER) return { folded: [...folded.values()], observations };
    [key, ordinal] = [last.key, last.ordinal];
  }
};
