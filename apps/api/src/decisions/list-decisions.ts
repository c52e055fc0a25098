import type { DecisionPage, ListDecisionsQuery } from '@weir/contracts';
import { isTooLong } from '@weir/service';
import type pg from 'pg';
import { cursorText, pageOf, parseCursor, type PageCursor } from '../paging/page-cursor.js';
import { searchInSlices, searchTime, type Searched, type Slices } from '../paging/search-in-slices.js';
import { equals, whereClause, type Condition } from '../paging/where-clause.js';
import { decisionSummary, type DecisionViewRow } from './decision-row.js';
import { describeCauses, type DescribePorts } from './describe-causes.js';

type DecisionsQuery = ListDecisionsQuery & { readonly purls?: readonly string[] };

/** A page of decisions, latest first. `purls`: of one package, each way in which it is written. */
export const listDecisions = async (ports: DescribePorts, query: DecisionsQuery): Promise<DecisionPage> => {
  const from = query.cursor === undefined ? null : parseCursor(query.cursor, 'decision');
  const { rows, stoppedAt } = await readRows(decisionSlices(ports.pool, query), from, query.limit + 1);
  const { page, nextCursor } = pageOf(rows, query.limit, cursorOf);
  return {
    decisions: await describeCauses(ports, page.map(decisionSummary)),
    nextCursor: stoppedAt ? cursorText(stoppedAt) : nextCursor,
    ...(stoppedAt && { partial: true }),
  };
};

const readRows = async (
  slices: Slices<DecisionViewRow>,
  from: PageCursor | null,
  most: number,
): Promise<Searched<DecisionViewRow>> => {
  try {
    return { rows: await slices.fitting(from, null, most), stoppedAt: null };
  } catch (fault) {
    if (!isTooLong(fault)) throw fault;
    return searchInSlices(slices, from, most, searchTime());
  }
};

const cursorOf = (row: DecisionViewRow): PageCursor => [row.decided_at.toISOString(), row.id];

/** The decisions in the order of the list. */
export const decisionSlices = (pool: pg.Pool, query: DecisionsQuery): Slices<DecisionViewRow> => {
  const read = async (conditions: readonly Condition[], tail: string): Promise<readonly DecisionViewRow[]> => {
    const { text, values } = whereClause(conditions);
    return (
      await pool.query<DecisionViewRow>(
        `SELECT * FROM api.decision_view ${text} ORDER BY decided_at DESC, ${POSITION} DESC, id DESC ${tail}`,
        [...values],
      )
    ).rows;
  };
  return {
    cursorOf,
    rowAfter: async (at, count) => (await read([beyond(at)], `OFFSET ${count - 1} LIMIT 1`))[0] ?? null,
    fitting: (at, to, most) => read([...filters(query), beyond(at), upTo(to)], `LIMIT ${most}`),
  };
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
}: DecisionsQuery): readonly Condition[] => [
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

const beyond = (at: PageCursor | null): Condition =>
  at && [`(decided_at, ${POSITION}, id) < (?, ?::bigint, ?)`, ...placeOf(at)];

/** The other side of a place, with the place itself. */
const upTo = (at: PageCursor | null): Condition =>
  at && [`(decided_at, ${POSITION}, id) >= (?, ?::bigint, ?)`, ...placeOf(at)];

const placeOf = ([decidedAt, id]: PageCursor): readonly unknown[] => [decidedAt, id.split('-').at(-1), id];
