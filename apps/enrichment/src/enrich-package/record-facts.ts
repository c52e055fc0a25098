import type pg from 'pg';
import type { InventoryEntry } from '../inventory/inventory-entry.js';
import { writeVulnerabilities, type VulnerabilityChange } from '../inventory/known-vulnerabilities.js';
import { writeInventory } from '../inventory/write-inventory.js';
import { isTooLargeForMessage, type NewFacts } from './enriched-message.js';
import type { EnrichmentWork } from './enrichment-ports.js';

/** Writes what is known after a batch: the entries as they are last, their vulnerabilities, and facts too large to send. `known`: the packages that had an entry before. */
export const recordFacts = async (store: EnrichmentWork['store'], client: pg.PoolClient, facts: readonly NewFacts[], changes: readonly VulnerabilityChange[], known: ReadonlySet<string>): Promise<void> => {
  const entries = new Map<string, InventoryEntry>(facts.map(({ entry }) => [entry.key, entry]));
  await writeInventory(client, [...entries.values()], known);
  await writeVulnerabilities(client, changes);
  const large = facts.flatMap(({ bytes, entry: { factsDigest } }) => (factsDigest !== null && isTooLargeForMessage(bytes) ? [{ digest: factsDigest, kind: 'facts', bytes }] : []));
  if (large.length > 0) await store.putEvidence(large, client);
};
