import type { UnjudgedPackage, UnjudgedPage, UnjudgedQuery } from '@weir/contracts';
import type pg from 'pg';
import { pageOf, parseCursor } from '../paging/page-cursor.js';
import { equals, whereClause, type Condition } from '../paging/where-clause.js';
import type { AcceptedRow } from './find-accepted.js';

/** A row may have its decision and not be swept away yet. */
const UNDECIDED: Condition = [
  'NOT EXISTS (SELECT FROM api.package_view v WHERE v.package_key = api.accepted.package_key)',
];

/** A page of what was accepted and has no decision yet, the longest first. */
export const listUnjudged = async (
  pool: pg.Pool,
  { limit, cursor, workspace }: UnjudgedQuery,
): Promise<UnjudgedPage> => {
  const after: Condition =
    cursor === undefined ? null : ['(accepted_at, package_key) > (?, ?)', ...parseCursor(cursor, 'time')];
  const { text, values } = whereClause([UNDECIDED, equals('workspace', workspace), after]);
  const { rows } = await pool.query<AcceptedRow>(
    `SELECT * FROM api.accepted ${text} ORDER BY accepted_at, package_key LIMIT ${limit + 1}`,
    [...values],
  );
  const { page, nextCursor } = pageOf(rows, limit, (row) => [row.accepted_at.toISOString(), row.package_key]);
  return { packages: page.map(unjudgedPackage), nextCursor };
};

/** How many packages are being judged, and of how many an event was refused. */
export const countUnjudged = async (
  pool: pg.Pool,
  workspace: string | undefined,
): Promise<{ readonly beingJudged: number; readonly refused: number }> => {
  const { text, values } = whereClause([UNDECIDED, equals('workspace', workspace)]);
  const { rows } = await pool.query<{ judged: number; refused: number }>(
    `SELECT count(*) FILTER (WHERE refused_at IS NULL)::int AS judged, count(refused_at)::int AS refused FROM api.accepted ${text}`,
    [...values],
  );
  return { beingJudged: rows[0]?.judged ?? 0, refused: rows[0]?.refused ?? 0 };
};

const unjudgedPackage = (row: AcceptedRow): UnjudgedPackage => ({
  purl: row.purl,
  workspace: row.workspace,
  repository: row.repository,
  acceptedAt: row.accepted_at.toISOString(),
  refusedAt: row.refused_at?.toISOString() ?? null,
  refusedBecause: row.refused_because,
});
