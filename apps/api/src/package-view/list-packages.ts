import { formatsLike, type ListPackagesQuery, type PackagePage } from '@weir/contracts';
import { isTooLong } from '@weir/service';
import type pg from 'pg';
import { cursorText, parseDirected, type DirectedCursor, type PageCursor } from '../paging/page-cursor.js';
import { searchInSlices, searchTime, type Searched, type Slices } from '../paging/search-in-slices.js';
import { equals, whereClause, type Condition } from '../paging/where-clause.js';
import { packageSummary, type PackageViewRow } from './package-row.js';
import { searchWords } from './search-words.js';

/** A page of packages: those that changed last first, or by name; after a place, or before it. */
export const listPackages = async (pool: pg.Pool, query: ListPackagesQuery): Promise<PackagePage> => {
  const place = parseDirected(query.cursor, query.sort === 'changed' ? 'time' : 'text');
  const [{ rows, stoppedAt }, total] = await Promise.all([readRows(pool, query, place), countFitting(pool, query)]);
  const page = rows.slice(0, query.limit);
  if (place.isBackwards) page.reverse();
  const isMore = rows.length > query.limit;
  const isPastFirst = place.isBackwards ? isMore : place.at !== null;
  const isBeforeLast = place.isBackwards ? place.at !== null : isMore;
  const cursorOf = cursors[query.sort];
  const [first, last] = [page[0], page.at(-1)];
  const next = place.isBackwards ? null : stoppedAt;
  const previous = place.isBackwards ? stoppedAt : null;
  return {
    packages: page.map(packageSummary),
    nextCursor: next ? cursorText(next) : isBeforeLast && last ? cursorText(cursorOf(last)) : null,
    previousCursor: previous
      ? cursorText(['before', ...previous])
      : isPastFirst && first
        ? cursorText(['before', ...cursorOf(first)])
        : null,
    total,
    ...(stoppedAt && { partial: true }),
  };
};

const readRows = async (
  pool: pg.Pool,
  query: ListPackagesQuery,
  place: DirectedCursor,
): Promise<Searched<PackageViewRow>> => {
  const slices = packageSlices(pool, query, place.isBackwards);
  try {
    return { rows: await slices.fitting(place.at, null, query.limit + 1), stoppedAt: null };
  } catch (fault) {
    if (!isTooLong(fault)) throw fault;
    return searchInSlices(slices, place.at, query.limit + 1, searchTime());
  }
};

/** The packages in the order of a list, forwards or backwards. */
export const packageSlices = (
  pool: pg.Pool,
  query: ListPackagesQuery,
  isBackwards: boolean,
): Slices<PackageViewRow> => {
  const { sort } = query;
  const order = ORDERS[sort][isBackwards ? 'backwards' : 'forwards'];
  const read = async (conditions: readonly Condition[], tail: string): Promise<readonly PackageViewRow[]> => {
    const { text, values } = whereClause(conditions);
    return (
      await pool.query<PackageViewRow>(`SELECT * FROM api.package_view ${text} ORDER BY ${order} ${tail}`, [...values])
    ).rows;
  };
  return {
    cursorOf: cursors[sort],
    rowAfter: async (at, count) =>
      (await read([beyond({ at, isBackwards }, sort)], `OFFSET ${count - 1} LIMIT 1`))[0] ?? null,
    fitting: (at, to, most) =>
      read(
        [...filters(query), beyond({ at, isBackwards }, sort), upTo({ at: to, isBackwards }, sort)],
        `LIMIT ${most}`,
      ),
  };
};

/** Nobody turns so many pages, and who counts further keeps others waiting. */
const COUNTED_TO = 1_000_000;

const countFitting = async (pool: pg.Pool, query: ListPackagesQuery): Promise<number | null> => {
  if (query.total !== 'true') return null;
  const { text, values } = whereClause(filters(query));
  try {
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (SELECT FROM api.package_view ${text} LIMIT ${COUNTED_TO}) AS fitting`,
      [...values],
    );
    return rows[0]?.count ?? 0;
  } catch (fault) {
    if (isTooLong(fault)) return null;
    throw fault;
  }
};

const ORDERS = {
  changed: { forwards: 'changed_at DESC, package_key', backwards: 'changed_at, package_key DESC' },
  name: { forwards: 'name, package_key', backwards: 'name DESC, package_key DESC' },
} as const;

const cursors: Readonly<Record<ListPackagesQuery['sort'], (row: PackageViewRow) => PageCursor>> = {
  changed: (row) => [(row.changed_at ?? row.decided_at).toISOString(), row.package_key],
  name: (row) => [row.name, row.package_key],
};

const filters = ({
  workspace,
  repository,
  state,
  tag,
  format,
  environment,
  policy,
  since,
  until,
  q,
}: ListPackagesQuery): readonly Condition[] => [
  equals('workspace', workspace),
  equals('repository', repository),
  equals('state', state),
  state === 'deleted' ? null : ["presence = 'present'"],
  tag === undefined ? null : ["tags <> '{}' AND tags @> ARRAY[?::text]", tag],
  format === undefined ? null : ['format = ANY (?::text[])', formatsLike(format)],
  equals("details::jsonb ->> 'environment'", environment),
  policy === undefined ? null : [ASKED_BY, policy],
  since === undefined ? null : ['changed_at >= ?', since],
  until === undefined ? null : ['changed_at < ?', until],
  ...(q === undefined ? [] : searchWords(q).map(holdsAny)),
];

/** Who asks for nothing has no reasons: their JSON is not read. */
const ASKED_BY = `(state <> 'available' OR tags <> '{}')
  AND details::jsonb -> 'reasons' @> jsonb_build_array(jsonb_build_object('policyId', ?::text))`;

const holdsAny = (ways: readonly string[]): Condition => [
  `(${ways.map(() => `strpos(${READABLE}, ?) > 0`).join(' OR ')})`,
  ...ways,
];

/** With what package URLs encode most often as people write it. */
const READABLE = "replace(replace(lower(purl), '%40', '@'), '%2b', '+')";

const beyond = ({ at, isBackwards }: DirectedCursor, sort: ListPackagesQuery['sort']): Condition => {
  if (at === null) return null;
  const [value, key] = at;
  if (sort === 'name') return [`(name, package_key) ${isBackwards ? '<' : '>'} (?, ?)`, value, key];
  return isBackwards
    ? ['changed_at >= ? AND (changed_at > ? OR package_key < ?)', value, value, key]
    : ['changed_at <= ? AND (changed_at < ? OR package_key > ?)', value, value, key];
};

/** The other side of a place, with the place itself. */
const upTo = ({ at, isBackwards }: DirectedCursor, sort: ListPackagesQuery['sort']): Condition => {
  if (at === null) return null;
  const [value, key] = at;
  if (sort === 'name') return [`(name, package_key) ${isBackwards ? '>=' : '<='} (?, ?)`, value, key];
  return isBackwards
    ? ['changed_at <= ? AND (changed_at < ? OR package_key >= ?)', value, value, key]
    : ['changed_at >= ? AND (changed_at > ? OR package_key <= ?)', value, value, key];
};
