import { currentFormat, type PackageMetadata, type PackageRef, type RepositoryRef } from '@weir/contracts';
import { spelledBefore } from '@weir/domain';
import type pg from 'pg';
import { textArray } from '@weir/postgres';
import type { InventoryEntry } from './inventory-entry.js';

interface Row {
  readonly key: string;
  readonly workspace: string;
  readonly repository: string;
  readonly package: string;
  readonly metadata: string | null;
  readonly presence: 'present' | 'deleted';
  readonly firstSeenAt: Date;
  readonly observedAt: Date;
  readonly lastDownloadedAt: Date | null;
  readonly sequence: number;
  readonly factsDigest: string | null;
}

const COLUMNS = `package_key AS key, workspace, repository, package, metadata, presence, first_seen_at AS "firstSeenAt",
  observed_at AS "observedAt", last_downloaded_at AS "lastDownloadedAt", sequence::float8 AS sequence,
  facts_digest AS "factsDigest"`;

/**
 * The entries of these keys, locked until the transaction ends: whoever changes a package's facts after this one starts
 * from what this one wrote. Locked in key order, so that two batches never wait for each other.
 */
export const lockInventory = async (
  client: pg.PoolClient,
  keys: readonly string[],
): Promise<Map<string, InventoryEntry>> => {
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM intelligence.inventory WHERE package_key = ANY ($1::text[]) ORDER BY package_key FOR UPDATE`,
    [textArray(keys)],
  );
  return new Map(rows.map((row) => [row.key, entryOf(row)]));
};

/** The entries of these keys as they are; null for one that cannot be read. */
export const readInventory = async (
  client: Pick<pg.PoolClient, 'query'>,
  keys: readonly string[],
): Promise<Map<string, InventoryEntry | null>> => {
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM intelligence.inventory WHERE package_key = ANY ($1::text[]) ORDER BY package_key`,
    [textArray(keys)],
  );
  return new Map(rows.map((row) => [row.key, entryOrNull(row)]));
};

const entryOrNull = (row: Row): InventoryEntry | null => {
  try {
    return entryOf(row);
  } catch {
    return null;
  }
};

/** What any repository of a workspace said of packages with these names, the latest last; keyed by workspace and purl. */
export const readMetadataByPurl = async (
  client: pg.PoolClient,
  names: readonly string[],
): Promise<Map<string, PackageMetadata>> => {
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM intelligence.inventory WHERE package_name = ANY ($1::text[]) AND metadata IS NOT NULL ORDER BY observed_at, package_key`,
    [names],
  );
  return new Map(
    rows
      .map(entryOf)
      .flatMap(({ workspace, package: { purl }, metadata }) =>
        metadata ? [[sourceKey(workspace, purl), metadata]] : [],
      ),
  );
};

export const sourceKey = (workspace: string, purl: string): string => `${workspace}/${spelledBefore(purl)}`;

const entryOf = (row: Row): InventoryEntry => {
  const repository = JSON.parse(row.repository) as RepositoryRef;
  const named = JSON.parse(row.package) as PackageRef;
  return {
    ...row,
    repository: { ...repository, format: currentFormat(repository.format, named.type) },
    package: named,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as PackageMetadata),
    firstSeenAt: row.firstSeenAt.toISOString(),
    observedAt: row.observedAt.toISOString(),
    lastDownloadedAt: row.lastDownloadedAt?.toISOString() ?? null,
  };
};
