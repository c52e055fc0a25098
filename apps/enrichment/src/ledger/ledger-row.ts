import type { PackageMetadata, PackageObserved } from '@weir/contracts';
import type { PackageState } from '../inventory/inventory-entry.js';

/** What makes an observation one: whoever sends the same again tells nothing new. */
export interface ObservationName {
  readonly workspace: string;
  readonly source: string;
  readonly id: string;
}

/** An observation as the ledger keeps it. */
export interface LedgerRow {
  readonly name: ObservationName;
  /** The package it is about. */
  readonly key: string;
  /** Its place among the observations of its package: from 1, without gaps. */
  readonly ordinal: number;
  /** Null: it was recorded before there was a ledger, and nobody knows what it said. */
  readonly entry: LedgerEntry | null;
  /** Given where folding may begin: every `STATE_EVERY`th, and the first behind what nobody knows. */
  readonly state: PackageState | null;
}

export interface LedgerEntry {
  readonly observed: PackageObserved;
  /** What another repository said of a package that was copied. */
  readonly copiedFrom: PackageMetadata | null;
  /** Number of the facts that it led to. */
  readonly sequence: number;
}

/** How many rows are read at most to know the state after any of them. */
export const STATE_EVERY = 100;

/** The name of what was observed. */
export const nameOf = ({ workspace, observation: { source, id } }: PackageObserved): ObservationName => ({
  workspace,
  source,
  id,
});

/** An observation's name as one text. */
export const textOfName = ({ workspace, source, id }: ObservationName): string =>
  JSON.stringify([workspace, source, id]);
