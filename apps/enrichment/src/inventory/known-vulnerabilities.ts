import type pg from 'pg';
import { textArray } from '@weir/postgres';

/** Which vulnerabilities a package has and had: by id, since when, and whether the index says that it still has them. */
export type KnownVulnerabilities = ReadonlyMap<string, { readonly firstSeenAt: string; readonly isCurrent: boolean }>;

/** A probe for each key: with `= ANY` the whole table was read, since its rows are short. */
export const readVulnerabilities = async (
  client: pg.PoolClient,
  keys: readonly string[],
): Promise<Map<string, KnownVulnerabilities>> => {
  const { rows } = await client.query<{ key: string; id: string; firstSeenAt: Date; isCurrent: boolean }>(
    `SELECT asked.key, known.* FROM unnest($1::text[]) AS asked (key), LATERAL (
       SELECT vulnerability_id AS id, first_seen_at AS "firstSeenAt", ended_at IS NULL AS "isCurrent"
         FROM intelligence.inventory_vulnerability WHERE package_key = asked.key OFFSET 0) AS known`,
    [textArray(keys)],
  );
  const found = new Map<string, Map<string, { firstSeenAt: string; isCurrent: boolean }>>();
  for (const { key, id, firstSeenAt, isCurrent } of rows) {
    const of = found.get(key) ?? new Map<string, { firstSeenAt: string; isCurrent: boolean }>();
    found.set(key, of.set(id, { firstSeenAt: firstSeenAt.toISOString(), isCurrent }));
  }
  return found;
};

/** `known` with what was seen just now, for the next observation of the same batch; the index does not have it yet. */
export const withSeen = (known: KnownVulnerabilities, current: readonly string[], at: string): KnownVulnerabilities => {
  const added = current.filter((id) => !known.has(id));
  return added.length === 0
    ? known
    : new Map([...known, ...added.map((id) => [id, { firstSeenAt: at, isCurrent: false }] as const)]);
};

/** How a package's vulnerabilities are now. */
export interface VulnerabilityChange {
  readonly key: string;
  readonly known: KnownVulnerabilities;
  readonly current: readonly string[];
  readonly at: string;
}

/**
 * Brings the index from vulnerability to package up to date; packages whose vulnerabilities stayed cost nothing.
 * What ends keeps its row, so that its first-seen time is the same should it come back.
 */
export const writeVulnerabilities = async (
  client: pg.PoolClient,
  changes: readonly VulnerabilityChange[],
): Promise<void> => {
  const begun = changes.flatMap(({ key, known, current, at }) =>
    current
      .filter((id) => known.get(id)?.isCurrent !== true)
      .map((id) => ({ key, id, at: known.get(id)?.firstSeenAt ?? at })),
  );
  const ended = changes.flatMap(({ key, known, current, at }) =>
    [...known].filter(([id, { isCurrent }]) => isCurrent && !current.includes(id)).map(([id]) => ({ key, id, at })),
  );
  if (begun.length > 0)
    await client.query({ name: 'intelligence-begin-vulnerabilities', text: BEGIN, values: columns(begun) });
  if (ended.length > 0) await client.query(END, columns(ended));
};

const BEGIN = `
  INSERT INTO intelligence.inventory_vulnerability (package_key, vulnerability_id, first_seen_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[]::timestamptz[])
  ON CONFLICT (package_key, vulnerability_id) DO UPDATE SET ended_at = NULL`;

const END = `
  UPDATE intelligence.inventory_vulnerability v SET ended_at = e.at
    FROM unnest($1::text[], $2::text[], $3::text[]::timestamptz[]) AS e(package_key, id, at)
   WHERE v.package_key = e.package_key AND v.vulnerability_id = e.id`;

const columns = (rows: readonly { readonly key: string; readonly id: string; readonly at: string }[]): unknown[] => [
  textArray(rows.map(({ key }) => key)),
  textArray(rows.map(({ id }) => id)),
  textArray(rows.map(({ at }) => at)),
];
