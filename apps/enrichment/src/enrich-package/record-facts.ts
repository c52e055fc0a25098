import { areFew, inOrder } from '@weir/postgres';
import type pg from 'pg';
import type { InventoryEntry } from '../inventory/inventory-entry.js';
import { writeVulnerabilities, type VulnerabilityChange } from '../inventory/known-vulnerabilities.js';
import { writeInventory } from '../inventory/write-inventory.js';
import { isTooLargeForMessage, type NewFacts } from './enriched-message.js';
import type { EnrichmentWork } from './enrichment-ports.js';

/** What is known after a batch. */
export interface FactsOfBatch {
  readonly facts: readonly NewFacts[];
  /** The packages that changed, as they are last. */
  readonly entries: readonly InventoryEntry[];
  readonly changes: readonly VulnerabilityChange[];
  /** Keys of the packages that had an entry before. */
  readonly entered: ReadonlySet<string>;
}

/** Writes the entries, their vulnerabilities, and the facts that are too large to send. */
export const recordFacts = async (
  store: EnrichmentWork['store'],
  client: pg.PoolClient,
  { facts, entries, changes, entered }: FactsOfBatch,
): Promise<void> => {
  await inOrder(client, areFew(facts), [
    () => writeInventory(client, entries, entered),
    () => writeVulnerabilities(client, changes),
  ]);
  const large = facts.flatMap(({ bytes, entry: { factsDigest } }) =>
    factsDigest !== null && isTooLargeForMessage(bytes) ? [{ digest: factsDigest, kind: 'facts', bytes }] : [],
  );
  if (large.length > 0) await store.putEvidence(large, client);
};
