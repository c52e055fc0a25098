import type { Verdict, VerdictQuery } from '@weir/contracts';
import { parameterProblem, problem, ProblemError, type ProblemDocument } from '@weir/service';
import { canonicalPurl } from '../package-view/canonical-purl.js';
import { notJudged } from '../package-view/find-package.js';
import { packageSummary, type PackageViewRow } from '../package-view/package-row.js';
import type { LookUpPackage } from './look-up-packages.js';

/**
 * May the package be used? Invariant: `allowed` is true only for a package that is present and available by its latest
 * decision; whatever is unknown, deleted, ambiguous, broken or known to be old is answered with an error status.
 */
export const verdictFor = async (lookUp: LookUpPackage, query: VerdictQuery): Promise<Verdict> => {
  const purl = canonicalPurl(query.purl, 'query');
  const rows = await lookUp({ ...query, purl });
  const [row] = rows;
  if (!row)
    throw refused(
      problem(404, `${notJudged(purl, query)} It is not allowed until it is: publish it with POST /v1/events.`),
    );
  if (rows.length > 1) throw ambiguous(rows);
  return verdictOf(row);
};

const verdictOf = (row: PackageViewRow): Verdict => {
  const { purl, workspace, repository, tags, promotion, state, presence, reasons, decision } = packageSummary(row);
  return {
    allowed: state === 'available' && presence === 'present',
    state,
    why: reasons.map((reason) => ({ ...reason, decisionId: decision.id })),
    decision: { id: decision.id, decidedAt: decision.decidedAt },
    package: { purl, workspace, repository, tags, promotion },
  };
};

const ambiguous = (rows: readonly PackageViewRow[]): ProblemError => {
  const detail = `is required, because several repositories have the package: use one of ${rows.map(({ repository }) => repository).join(', ')}`;
  return refused(parameterProblem('query', 'repository', detail));
};

/** A refusal that also says no to who reads only `allowed`. */
export const refused = (document: ProblemDocument): ProblemError => {
  const withAnswer: ProblemDocument & { readonly allowed: false } = { ...document, allowed: false };
  return new ProblemError(withAnswer);
};
