import type { PackageObserved } from '@weir/contracts';
import type pg from 'pg';
import type { PackageState } from '../inventory/inventory-entry.js';
import { differencesOf } from './content-of.js';
import { IdTaken } from './id-taken.js';
import { nameOf, STATE_EVERY, textOfName, type LedgerEntry } from './ledger-row.js';
import { readLedger, readStatesAfter, textOfPlace, type LedgerEnd } from './read-ledger.js';
import type { NewRow } from './write-ledger.js';

/** An observation as it came. */
export interface Sent {
  readonly observed: PackageObserved;
  readonly text: string;
  /** Its name as one text, see `textOfName`. */
  readonly named: string;
}

/** A recorded observation and what its package was like after it; null: nobody knows what it said. */
export type Recorded = { readonly entry: LedgerEntry; readonly after: PackageState; readonly ordinal: number } | null;

/** The ledger as far as it concerns a batch of observations. */
export interface LedgerOfBatch {
  /**
   * What is recorded under the name of an observation; undefined when it is new.
   * @throws IdTaken when something else is.
   */
  find(sent: Sent): Recorded | undefined;
  /** Records a new one: what its package is like after it, and the facts it led to. Its place among those of its package. */
  record(sent: Sent, after: PackageState, facts: Pick<LedgerEntry, 'copiedFrom' | 'sequence'>): number;
  /** All that were recorded since the ledger was read. */
  added(): readonly NewRow[];
}

/** Reads what is recorded of a batch. `entered`: its packages that the inventory has, locked by this transaction. */
export const ledgerOfBatch = async (
  client: pg.PoolClient,
  batch: readonly Sent[],
  entered: ReadonlySet<string>,
): Promise<LedgerOfBatch> => {
  const names = new Map(batch.map(({ observed, named }) => [named, nameOf(observed)]));
  const { rows, ends } = await readLedger(client, [...names.values()], [...entered]);
  const states = await readStatesAfter(
    client,
    rows.filter(({ entry }) => entry !== null),
  );
  const known = new Map<string, Recorded>();
  for (const row of rows) {
    const after = states.get(textOfPlace(row));
    known.set(
      textOfName(row.name),
      row.entry === null || after === undefined ? null : { entry: row.entry, after, ordinal: row.ordinal },
    );
  }
  return openLedger(known, new Map(ends), entered);
};

const openLedger = (
  known: Map<string, Recorded>,
  ends: Map<string, LedgerEnd>,
  entered: ReadonlySet<string>,
): LedgerOfBatch => {
  const added: NewRow[] = [];
  return {
    find: ({ observed, named }) => {
      const recorded = known.get(named);
      if (!recorded) return recorded;
      const differences = differencesOf(recorded.entry.observed, observed);
      if (differences.length > 0) throw new IdTaken(recorded.entry.observed, observed, differences);
      return recorded;
    },
    record: ({ observed, text, named }, after, facts) => {
      const { key } = after;
      const end = ends.get(key) ?? { ordinal: 0, isUnknown: entered.has(key) };
      const ordinal = end.ordinal + 1;
      const entry = { observed, ...facts };
      added.push({
        name: nameOf(observed),
        key,
        ordinal,
        entry,
        text,
        state: end.isUnknown || ordinal % STATE_EVERY === 0 ? after : null,
      });
      ends.set(key, { ordinal, isUnknown: false });
      known.set(named, { entry, after, ordinal });
      return ordinal;
    },
    added: () => added,
  };
};
