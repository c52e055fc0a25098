import { copyInto, retryWhenTaken, type CopiedColumn } from '@weir/postgres';
import type pg from 'pg';
import type { LedgerRow } from './ledger-row.js';

/** A row to be written, with what was observed as the JSON text it came as: nothing is written anew. */
export interface NewRow extends LedgerRow {
  readonly entry: NonNullable<LedgerRow['entry']>;
  readonly text: string;
}

const COLUMNS: readonly CopiedColumn<NewRow>[] = [
  { name: 'workspace', type: 'text', of: ({ name }) => name.workspace },
  { name: 'source', type: 'text', of: ({ name }) => name.source },
  { name: 'id', type: 'text', of: ({ name }) => name.id },
  { name: 'package_key', type: 'text', of: ({ key }) => key },
  { name: 'ordinal', type: 'integer', of: ({ ordinal }) => ordinal },
  { name: 'sequence', type: 'bigint', of: ({ entry }) => entry.sequence },
  { name: 'observed', type: 'text', of: ({ text }) => text },
  {
    name: 'copied_from',
    type: 'text',
    of: ({ entry }) => (entry.copiedFrom === null ? null : JSON.stringify(entry.copiedFrom)),
  },
  { name: 'received_at', type: 'timestamptz', of: ({ entry }) => receivedAt(entry) },
  { name: 'state', type: 'text', of: ({ state }) => (state === null ? null : JSON.stringify(state)) },
];

const receivedAt = ({ observed }: NewRow['entry']): string => new Date(observed.observation.receivedAt).toISOString();

/**
 * Adds rows to the ledger, by name, so that two batches never wait for each other.
 * @throws Retryable when somebody else was first with one of the names, or with the place in a package's ledger.
 */
export const writeLedger = async (client: pg.PoolClient, rows: readonly NewRow[]): Promise<void> => {
  const inOrder = [...rows].sort(
    ({ name: a }, { name: b }) =>
      compare(a.id, b.id) || compare(a.source, b.source) || compare(a.workspace, b.workspace),
  );
  await retryWhenTaken(() => copyInto(client, 'intelligence.observation', COLUMNS, inOrder), TAKEN);
};

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const TAKEN =
  'An observation of this batch was recorded by somebody else meanwhile. If this is said again and again, ' +
  'a package has lost its row of the inventory: run `weir inventory rebuild`.';
