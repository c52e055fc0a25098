import { inTransaction, type Compared, type Difference } from '@weir/postgres';
import type pg from 'pg';
import type { InventoryEntry, PackageState } from '../inventory/inventory-entry.js';
import { readInventory } from '../inventory/read-inventory.js';
import { foldPackages, readPackages } from './fold-packages.js';
import { STATE_MEMBERS } from './rebuild-inventory.js';

const PACKAGES_TOGETHER = 500;
const MOST_LISTED = 100;
const TABLE = 'intelligence.inventory';

/** Compares the inventory with the ledger, some packages at a time, each part in one snapshot. Only reads. */
export const compareInventory = async (pool: pg.Pool): Promise<Compared> => {
  const differences: Difference[] = [];
  let [rows, differing] = [0, 0];
  for (let after = ''; ;) {
    const keys = await readPackages(pool, after, PACKAGES_TOGETHER);
    const last = keys.at(-1);
    if (last === undefined) return { table: TABLE, rows, differing, differences: differences.slice(0, MOST_LISTED) };
    const found = await inTransaction(pool, async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
      const { folded } = await foldPackages(client, keys);
      const entries = await readInventory(client, keys);
      return folded.map(({ state }) => differencesOf(state, entries.get(state.key)));
    });
    rows += found.length;
    differing += found.filter((one) => one.length > 0).length;
    if (differences.length < MOST_LISTED) differences.push(...found.flat());
    after = last;
  }
};

const differencesOf = (state: PackageState, entry: InventoryEntry | null | undefined): readonly Difference[] => {
  const of = { table: TABLE, key: state.key };
  if (entry === undefined) return [{ ...of, column: null, is: null, should: JSON.stringify(state) }];
  if (entry === null) return [{ ...of, column: 'package', is: 'what cannot be read', should: JSON.stringify(state) }];
  return STATE_MEMBERS.flatMap((column) => {
    const [is, should] = [entry[column], state[column]].map((value) => JSON.stringify(value));
    return is === should ? [] : [{ ...of, column, is: is ?? null, should: should ?? null }];
  });
};
