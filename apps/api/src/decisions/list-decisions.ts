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
    `SELECT * FROM api.decision_view ${text} ORDER BY decided_at DESC, ${POSITION} DESC, id DESC LIMIT ${query.limit + 1}`,
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
  environment,
  since,
  until,
  fault,
}: ListDecisionsQuery & { readonly purls?: readonly string[] }): readonly Condition[] => [
  equals('workspace', workspace),
  equals('repository', repository),
  purls === undefined ? null : ['purl = ANY (?::text[])', purls],
  equals('state', state),
  changed === undefined ? null : [changed === 'true' ? 'changed' : 'NOT changed'],
  policy === undefined ? null : ["matched @> jsonb_build_array(jsonb_build_object('policyId', ?::text))", policy],
  environment === undefined ? null : [OF_ENVIRONMENT, environment],
  since === undefined ? null : ['decided_at >= ?', since],
  until === undefined ? null : ['decided_at < ?', until],
  fault === undefined ? null : ["errored <> '[]'::jsonb"],
];

/**
 * Where in its shard a decision stands: the number at the end of its id. Of one instant the later comes first, and 11 is
 * later than 9, which the text of the id says the other way round.
 */
const POSITION = "split_part(id, '-', -1)::bigint";

const OF_ENVIRONMENT = `EXISTS (SELECT 1 FROM api.package_view AS package
  WHERE package_key = decision_view.workspace || '/' || decision_view.repository || '/' || decision_view.purl
    AND package.details::jsonb ->> 'environment' = ?)`;

const afterCursor = (cursor: string | undefined): Condition => {
  if (cursor === undefined) return null;
  const [decidedAt, id] = parseCursor(cursor, 'decision');
  return [`(decided_at, ${POSITION}, id) < (?, ?::bigint, ?)`, decidedAt, id.split('-').at(-1), id];
};
