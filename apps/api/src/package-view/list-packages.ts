import { formatsLike, type ListPackagesQuery, type PackagePage } from '@weir/contracts';
import type pg from 'pg';
import { pageOf, parseCursor, type PageCursor } from '../paging/page-cursor.js';
import { equals, whereClause, type Condition } from '../paging/where-clause.js';
import { packageSummary, type PackageViewRow } from './package-row.js';

/** A page of packages: those that changed last first, or by name. */
export const listPackages = async (pool: pg.Pool, query: ListPackagesQuery): Promise<PackagePage> => {
  const { text, values } = whereClause([...filters(query), afterCursor(query)]);
  const { rows } = await pool.query<PackageViewRow>(
    `SELECT * FROM api.package_view ${text} ORDER BY ${ORDERS[query.sort]} LIMIT ${query.limit + 1}`,
    [...values],
  );
  const { page, nextCursor } = pageOf(rows, query.limit, cursors[query.sort]);
  return { packages: page.map(packageSummary), nextCursor };
};

const ORDERS = { changed: 'changed_at DESC, package_key', name: 'name, package_key' } as const;

const cursors: Readonly<Record<ListPackagesQuery['sort'], (row: PackageViewRow) => PageCursor>> = {
  changed: (row) => [(row.changed_at ?? row.decided_at).toISOString(), row.package_key],
  name: (row) => [row.name, row.package_key],
};

const filters = ({ workspace, repository, state, tag, format, q }: ListPackagesQuery): readonly Condition[] => [
  equals('workspace', workspace),
  equals('repository', repository),
  equals('state', state),
  state === 'deleted' ? null : ["presence = 'present'"],
  tag === undefined ? null : ["tags <> '{}' AND tags @> ARRAY[?::text]", tag],
  format === undefined ? null : ['format = ANY (?::text[])', formatsLike(format)],
  q === undefined ? null : [`strpos(${readable('lower(purl)')}, ${readable('lower(?)')}) > 0`, q],
];

/** With what package URLs encode most often as people write it. */
const readable = (text: string): string => `replace(replace(${text}, '%40', '@'), '%2b', '+')`;

const afterCursor = ({ cursor, sort }: ListPackagesQuery): Condition => {
  if (cursor === undefined) return null;
  const [value, key] = parseCursor(cursor, sort === 'changed' ? 'time' : 'text');
  return sort === 'changed'
    ? ['changed_at <= ? AND (changed_at < ? OR package_key > ?)', value, value, key]
    : ['(name, package_key) > (?, ?)', value, key];
};
