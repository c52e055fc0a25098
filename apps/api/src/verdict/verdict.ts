import type { Verdict, VerdictQuery } from '@weir/contracts';
import { parameterProblem, ProblemError, type ProblemDocument } from '@weir/service';
import type { FindAccepted } from '../accepted/find-accepted.js';
import { unjudgedProblem } from '../accepted/unjudged-problem.js';
import { askedPackage, type AskedPackage } from '../package-view/asked-package.js';
import { packageSummary, type PackageViewRow } from '../package-view/package-row.js';
import { relationOf } from '../package-view/relation-of.js';
import type { LookUpPackage } from './look-up-packages.js';

/** What a verdict is looked up in. */
export interface VerdictPorts {
  readonly lookUp: LookUpPackage;
  readonly findAccepted: FindAccepted;
  readonly clock: () => Date;
}

/**
 * May the package be used? Invariant: `allowed` is true only for a package that is present and available by its latest
 * decision, of which nothing else that is known may be held: a file of it, the version as a whole. Whatever is
 * unknown, being judged, deleted, ambiguous, broken or known to be old is answered with an error status.
 */
export const verdictFor = async (
  { lookUp, findAccepted, clock }: VerdictPorts,
  query: VerdictQuery,
): Promise<Verdict> => {
  const asked = askedPackage(query.purl, 'query');
  const sought = { folded: asked.folded, workspace: query.workspace, repository: query.repository };
  const verdict = judged(asked, await lookUp(sought));
  if (verdict) return verdict;
  const accepted = await findAccepted(asked, sought);
  // What was accepted may have been judged before it was looked for there.
  const known = await lookUp(sought);
  const late = judged(asked, known);
  if (late) return late;
  throw unjudgedProblem({ purl: asked.purl, query, known, accepted, now: clock() });
};

/** The verdict by what was decided; null when nothing was that says one. */
const judged = (asked: AskedPackage, rows: readonly PackageViewRow[]): Verdict | null => {
  const related = Map.groupBy(rows, ({ purl }) => relationOf(asked.purl, purl));
  const [row, second] = related.get('same') ?? [];
  const version = related.get('version') ?? [];
  if (second) throw ambiguous(related.get('same') ?? []);
  if (row) {
    const held = version.find((one) => isHeld(one) && one.repository === row.repository);
    const verdict = verdictOf(row);
    return verdict.allowed && held ? verdictOf(held) : verdict;
  }
  // Under another spelling only a no is found: what was not judged is not allowed for what it resembles.
  const held = [...version, ...(related.get('namesake') ?? [])].find(isHeld);
  return held ? verdictOf(held) : null;
};

const isHeld = ({ presence, state }: PackageViewRow): boolean => presence === 'present' && state !== 'available';

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
