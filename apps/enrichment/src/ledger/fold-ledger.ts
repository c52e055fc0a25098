import { applyObservation } from '../inventory/apply-observation.js';
import type { PackageState } from '../inventory/inventory-entry.js';
import type { LedgerRow } from './ledger-row.js';

/**
 * The state of a package after one more row of its ledger; undefined as long as nobody knows what was observed.
 * Where nothing is known before, a row's own state is where folding begins.
 */
export const foldRow = (
  before: PackageState | undefined,
  { entry, state }: Pick<LedgerRow, 'entry' | 'state'>,
): PackageState | undefined => {
  if (entry === null) return undefined;
  if (before === undefined && state !== null) return state;
  return applyObservation(entry.observed, before, entry.copiedFrom);
};
