import type pg from 'pg';
import { advisoryNameOf } from './advisory-name-of.js';
import type { InventoryEntry } from './inventory-entry.js';

const WRITE = `
  INSERT INTO intelligence.inventory (package_key, workspace, ecosystem, package_name, repository, package, metadata,
    presence, first_seen_at, observed_at, last_downloaded_at, sequence, facts_digest, knowledge_digest)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::bigint[], $13::text[], $14::text[])
  ON CONFLICT (package_key) DO UPDATE SET repository = excluded.repository, package = excluded.package,
    metadata = excluded.metadata, presence = excluded.presence, observed_at = excluded.observed_at,
    last_downloaded_at = excluded.last_downloaded_at, sequence = excluded.sequence, facts_digest = excluded.facts_digest,
    knowledge_digest = excluded.knowledge_digest`;

/** Writes entries as they are now: one statement, whatever their number. Each key may come once. */
export const writeInventory = async (client: pg.PoolClient, entries: readonly InventoryEntry[]): Promise<void> => {
  if (entries.length === 0) return;
  const sorted = [...entries].sort((a, b) => (a.key < b.key ? -1 : 1));
  const names = sorted.map((entry) => advisoryNameOf(entry.package));
  await client.query(WRITE, [
    sorted.map(({ key }) => key),
    sorted.map(({ workspace }) => workspace),
    names.map(({ ecosystem }) => ecosystem),
    names.map(({ name }) => name),
    sorted.map(({ repository }) => JSON.stringify(repository)),
    sorted.map((entry) => JSON.stringify(entry.package)),
    sorted.map(({ metadata }) => (metadata === null ? null : JSON.stringify(metadata))),
    sorted.map(({ presence }) => presence),
    sorted.map(({ firstSeenAt }) => firstSeenAt),
    sorted.map(({ observedAt }) => observedAt),
    sorted.map(({ lastDownloadedAt }) => lastDownloadedAt),
    sorted.map(({ sequence }) => sequence),
    sorted.map(({ factsDigest }) => factsDigest),
    sorted.map(({ knowledgeDigest }) => knowledgeDigest),
  ]);
};
