import { insertOrMerge, textArray } from '@weir/event-store';
import type pg from 'pg';
import { advisoryNameOf } from './advisory-name-of.js';
import type { InventoryEntry } from './inventory-entry.js';

const INSERT = `
  INSERT INTO intelligence.inventory (package_key, workspace, ecosystem, package_name, repository, package, metadata,
    presence, first_seen_at, observed_at, last_downloaded_at, sequence, facts_digest, knowledge_digest)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[]::timestamptz[], $10::text[]::timestamptz[], $11::text[]::timestamptz[], $12::text[]::bigint[], $13::text[], $14::text[])`;

const WRITE = `${INSERT}
  ON CONFLICT (package_key) DO UPDATE SET repository = excluded.repository, package = excluded.package,
    metadata = excluded.metadata, presence = excluded.presence, observed_at = excluded.observed_at,
    last_downloaded_at = excluded.last_downloaded_at, sequence = excluded.sequence, facts_digest = excluded.facts_digest,
    knowledge_digest = excluded.knowledge_digest`;

/**
 * Writes entries as they are now: one statement for those that are `known` and one for the others, whatever their number.
 * Each key may come once.
 * @throws Retryable when one of the others is there by now.
 */
export const writeInventory = async (client: pg.PoolClient, entries: readonly InventoryEntry[], known: ReadonlySet<string>): Promise<void> => {
  const [insert, merge] = [{ name: 'intelligence-insert-inventory', text: INSERT }, { name: 'intelligence-write-inventory', text: WRITE }];
  await insertOrMerge(client, entries, { known, insert, merge, valuesOf, taken: 'A package of this batch was observed by somebody else meanwhile' });
};

const valuesOf = (entries: readonly InventoryEntry[]): Buffer[] => {
  const sorted = [...entries].sort((a, b) => (a.key < b.key ? -1 : 1));
  const column = (of: (entry: InventoryEntry) => string | null): Buffer => textArray(sorted.map(of));
  const names = sorted.map((entry) => advisoryNameOf(entry.package));
  return [
    column(({ key }) => key),
    column(({ workspace }) => workspace),
    textArray(names.map(({ ecosystem }) => ecosystem)),
    textArray(names.map(({ name }) => name)),
    column(({ repository }) => JSON.stringify(repository)),
    column((entry) => JSON.stringify(entry.package)),
    column(({ metadata }) => (metadata === null ? null : JSON.stringify(metadata))),
    column(({ presence }) => presence),
    column(({ firstSeenAt }) => firstSeenAt),
    column(({ observedAt }) => observedAt),
    column(({ lastDownloadedAt }) => lastDownloadedAt),
    column(({ sequence }) => String(sequence)),
    column(({ factsDigest }) => factsDigest),
    column(({ knowledgeDigest }) => knowledgeDigest),
  ];
};
