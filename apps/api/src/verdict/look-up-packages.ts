import type { PackageQuery } from '@weir/contracts';
import { textArray } from '@weir/postgres';
import type pg from 'pg';
import { foldedPurl, type AskedPackage } from '../package-view/asked-package.js';
import type { PackageViewRow } from '../package-view/package-row.js';

/** What is looked up, everywhere or in the workspace and the repository asked for. */
export type Sought = Pick<AskedPackage, 'folded'> & PackageQuery;

/** The rows of all files of a package version, and of packages whose names differ in case alone; in order. */
export type LookUpPackage = (query: Sought) => Promise<readonly PackageViewRow[]>;

interface Question {
  readonly query: Sought;
  readonly resolve: (rows: readonly PackageViewRow[]) => void;
  readonly reject: (fault: unknown) => void;
}

/** So that one slow answer of PostgreSQL does not hold up all that is asked meanwhile. */
const MOST_STATEMENTS = 2;
const MOST_QUESTIONS = 100;

/**
 * Looks packages up in the read model. What is asked while statements are under way waits for the next and shares it: most of the
 * cost of a verdict is the way to PostgreSQL and back, not what is done there. Nothing is kept: each answer is read after it was query.
 * Invariant: text that PostgreSQL refuses (U+0000) is refused before, by the query's schema and the purl; it would fail all that share.
 */
export const lookUpPackages = (pool: pg.Pool): LookUpPackage => {
  const waiting: Question[] = [];
  let statements = 0;
  const work = async (): Promise<void> => {
    statements += 1;
    for (
      let questions = waiting.splice(0, MOST_QUESTIONS);
      questions.length > 0;
      questions = waiting.splice(0, MOST_QUESTIONS)
    )
      await answer(pool, questions);
    statements -= 1;
  };
  return (query) =>
    new Promise((resolve, reject) => {
      waiting.push({ query, resolve, reject });
      if (statements < MOST_STATEMENTS) void work();
    });
};

const answer = async (pool: pg.Pool, questions: readonly Question[]): Promise<void> => {
  try {
    const column = (of: (query: Sought) => string | undefined) =>
      textArray(questions.map(({ query }) => of(query) ?? null));
    const { rows } = await pool.query<PackageViewRow & { readonly question: number }>({
      name: 'look-up-packages',
      text: LOOK_UP,
      values: [
        column(({ folded }) => folded[0]),
        column(({ folded }) => folded[1]),
        column(({ workspace }) => workspace),
        column(({ repository }) => repository),
      ],
    });
    const found = Map.groupBy(rows, ({ question }) => question);
    questions.forEach(({ resolve }, index) => resolve(found.get(index + 1) ?? []));
  } catch (fault) {
    for (const { reject } of questions) reject(fault);
  }
};

const LOOK_UP = `
  SELECT query.question::int, found.*
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS query (folded, before, workspace, repository, question),
  LATERAL (SELECT * FROM api.package_view v
            WHERE ${foldedPurl('v.purl')} = ANY (ARRAY[query.folded, query.before])
              AND (query.workspace IS NULL OR v.workspace = query.workspace) AND (query.repository IS NULL OR v.repository = query.repository)
            ORDER BY v.workspace, v.repository, v.purl) AS found`;
