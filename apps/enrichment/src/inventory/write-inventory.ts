import type pg from 'pg';
import { type CopiedColumn, copyInto, insertOrMerge, textColumns } from '@weir/postgres';
import { advisoryNameOf } from './advisory-name-of.js';
import type { InventoryEntry } from './inventory-entry.js';

/** An entry with the name under which advisories know it. */
interface Row extends InventoryEntry {
  readonly named: ReturnType<typeof advisoryNameOf>;
}

const COLUMNS: readonly CopiedColumn<Row>[] = [
  { name: 'package_key', type: 'text', of: ({ key }) => key },
  { name: 'workspace', type: 'text', of: ({ workspace }) => workspace },
  { name: 'ecosystem', type: 'text', of: ({ named }) => named.ecosystem },
  { name: 'package_name', type: 'text', of: ({ named }) => named.name },
  { name: 'repository', type: 'text', of: ({ repository }) => JSON.stringify(repository) },
  { name: 'package', type: 'text', of: (row) => JSON.stringify(row.package) },
  { name: 'metadata', type: 'text', of: ({ metadata }) => (metadata === null ? null : JSON.stringify(metadata)) },
  { name: 'presence', type: 'text', of: ({ presence }) => presence },
  { name: 'first_seen_at', type: 'timestamptz', of: ({ firstSeenAt }) => firstSeenAt },
  { name: 'observed_at', type: 'timestamptz', of: ({ observedAt }) => observedAt },
  { name: 'last_downloaded_at', type: 'timestamptz', of: ({ lastDownloadedAt }) => lastDownloadedAt },
  { name: 'sequence', type: 'bigint', of: ({ sequence }) => sequence },
  { name: 'facts_digest', type: 'text', of: ({ factsDigest }) => factsDigest },
];

const MERGE = `
  INSERT INTO intelligence.inventory (package_key, workspace, ecosystem, package_name, repository, package, metadata,
    presence, first_seen_at, observed_at, last_downloaded_at, sequence, facts_digest)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[]::timestamptz[], $10::text[]::timestamptz[], $11::text[]::timestamptz[], $12::text[]::bigint[], $13::text[])
  ON CONFLICT (package_key) DO UPDATE SET repository = excluded.repository, package = excluded.package,
    metadata = excluded.metadata, presence = excluded.presence, first_seen_at = excluded.first_seen_at, observed_at = excluded.observed_at,
    last_downloaded_at = excluded.last_downloaded_at, sequence = excluded.sequence, facts_digest = excluded.facts_digest`;

/**
 * Writes entries as they are now: one statement for those that are `known` and one for the others, whatever their number.
 * Each key may come once.
 * @throws Retryable when one of the others is there by now.
 */
export const writeInventory = async (
  client: pg.PoolClient,
  entries: readonly InventoryEntry[],
  known: ReadonlySet<string>,
): Promise<void> => {
  const rows = entries
    .map((entry) => ({ ...entry, named: advisoryNameOf(entry.package) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  await insertOrMerge(rows, {
    known,
    insert: (first) => copyInto(client, 'intelligence.inventory', COLUMNS, first),
    merge: (further) =>
      client.query({ name: 'intelligence-merge-inventory', text: MERGE, values: textColumns(COLUMNS, further) }),
    taken: 'A package of this batch was observed by somebody else meanwhile',
  });
};
