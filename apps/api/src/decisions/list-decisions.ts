import type { DecisionPage, ListDecisionsQuery } from '@weir/contracts';
import type pg from 'pg';
import { pageOf, parseCursor } from '../paging/page-cursor.js';
import { equals, whereClause, type Condition } from '../paging/where-clause.js';
import { decisionSummary, type DecisionViewRow } from './decision-row.js';

/** A page of decisions, latest first. `purls`: of one package, each way in which it is written. */
export const listDecisions = async (
  pool: pg.Pool,
  query: ListDecisionsQuery & { readonly purls?: readonly string[] },
): Promise<DecisionPage> => {
  const { text, values } = whereClause([...filters(query), afterCursor(query.cursor)]);
  const { rows } = await pool.query<DecisionViewRow>(
    `SELECT * FROM api.decision_view ${text} ORDER BY decided_at DESC, id DESC LIMIT ${query.limit + 1}`,
    [...values],
  );
  const { page, nextCursor } = pageOf(rows, query.limit, (row) => [row.decided_at.toISOString(), row.id]);
  return { decisions: page.map(decisionSummary), nextCursor };
};

const filters = ({
  workspace,
  repository,
  purls,
  state,
  changed,
  policy,
  fault,
}: ListDecisionsQuery & { readonly purls?: readonly string[] }): readonly Condition[] => [
  equals('workspace', workspace),
  equals('repository', repository),
  purls === undefined ? null : ['purl = ANY (?::text[])', purls],
  equals('state', state),
  changed === undefined ? null : [changed === 'true' ? 'changed' : 'NOT changed'],
  policy === undefined ? null : ["matched @> jsonb_build_array(jsonb_build_object('policyId', ?::text))", policy],
  fault === undefined ? null : ["errored <> '[]'::jsonb"],
];

const afterCursor = (cursor: string | undefined): Condition =>
  cursor === undefined ? null : ['(decided_at, id) < (?, ?)', ...parseCursor(cursor, 'time')];
