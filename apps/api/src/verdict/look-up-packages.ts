import type { VerdictQuery } from '@weir/contracts';
import type pg from 'pg';
import type { PackageViewRow } from '../package-view/package-row.js';

/** The rows of a package in every repository, or in the one asked for. */
export type LookUpPackage = (
  query: Pick<VerdictQuery, 'purl' | 'workspace' | 'repository'>,
) => Promise<readonly PackageViewRow[]>;

interface Question {
  readonly query: Parameters<LookUpPackage>[0];
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
    const column = (name: keyof Question['query']) => questions.map(({ query }) => query[name] ?? null);
    const { rows } = await pool.query<PackageViewRow & { readonly question: number }>({
      name: 'look-up-packages',
      text: LOOK_UP,
      values: [column('purl'), column('workspace'), column('repository')],
    });
    const found = Map.groupBy(rows, ({ question }) => question);
    questions.forEach(({ resolve }, index) => resolve(found.get(index + 1) ?? []));
  } catch (fault) {
    for (const { reject } of questions) reject(fault);
  }
};

const LOOK_UP = `
  SELECT query.question::int, found.* FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS query (purl, workspace, repository, question),
  LATERAL (SELECT * FROM api.package_view v
            WHERE v.purl = query.purl AND (query.workspace IS NULL OR v.workspace = query.workspace) AND (query.repository IS NULL OR v.repository = query.repository)
            ORDER BY v.workspace, v.repository) AS found`;
