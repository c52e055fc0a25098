import type { PackageQuery } from '@weir/contracts';
import { problem, ProblemError, problemType } from '@weir/service';
import { knownInstead, notJudged } from '../package-view/not-judged.js';
import type { PackageViewRow } from '../package-view/package-row.js';
import type { AcceptedRow } from './find-accepted.js';

export interface UnjudgedQuestion {
  readonly purl: string;
  readonly query: PackageQuery;
  /** What else is known of the name and version. */
  readonly known: readonly PackageViewRow[];
  readonly accepted: readonly AcceptedRow[] | 'unknown';
  readonly now: Date;
}

/** Extensions of the problem document: `allowed` for who reads nothing else. */
type Extended = ReturnType<typeof problem> & { readonly allowed: false; readonly acceptedAt?: string };

/**
 * Why there is no verdict: being judged, accepted and not to be judged, not known, or not to be told now. Each is an error status, so
 * that who looks at nothing but that takes none for a yes.
 */
export const unjudgedProblem = (question: UnjudgedQuestion): ProblemError => {
  const { accepted } = question;
  if (accepted === 'unknown') return untold(question);
  const waiting = accepted.find(({ refused_at }) => refused_at === null);
  if (waiting) return beingJudged(question, waiting);
  const [refused] = accepted;
  return refused ? notToBeJudged(refused) : notKnown(question);
};

/** Whether asking again in a moment finds the verdict. */
export const isBeingJudged = (fault: unknown): boolean =>
  fault instanceof ProblemError && fault.problem.type === problemType('being-judged');

const LONGEST_PAUSE_S = 30;

/** Asking again after as long as it has waited already: soon at first, seldom where judging takes long. */
const beingJudged = ({ now }: UnjudgedQuestion, row: AcceptedRow): ProblemError => {
  const waited = Math.ceil((now.getTime() - row.accepted_at.getTime()) / 1000);
  const pause = Math.min(Math.max(1, waited), LONGEST_PAUSE_S);
  return answer(
    {
      ...problem(
        'being-judged',
        `${placed(row)} was accepted at ${row.accepted_at.toISOString()} and is being judged. It is not allowed until it is: ask again in ${pause} s, or let GET /v1/verdict wait for it with wait=30.`,
      ),
      allowed: false,
      acceptedAt: row.accepted_at.toISOString(),
    },
    pause,
  );
};

const notToBeJudged = (row: AcceptedRow): ProblemError =>
  answer({
    ...problem(
      'could-not-be-judged',
      `${placed(row)} was accepted but could not be judged: ${row.refused_because ?? 'the cause is not told'}. It is not allowed. It is among the dead letters: mend the cause, then send it again with weir dead-letters replay or POST /v1/events.`,
    ),
    allowed: false,
    acceptedAt: row.accepted_at.toISOString(),
  });

const notKnown = ({ purl, query, known }: UnjudgedQuestion): ProblemError => {
  const instead = knownInstead(known);
  const cure =
    instead === ''
      ? 'It is not allowed until it is: publish it with POST /v1/events.'
      : `${instead} It is not allowed.`;
  return answer({ ...problem('not-judged', `${notJudged(purl, query)} ${cure}`), allowed: false });
};

const untold = ({ purl }: UnjudgedQuestion): ProblemError =>
  answer(
    {
      ...problem(
        503,
        `${purl} has not been judged, and whether it was accepted cannot be told at the moment: the topics cannot be reached, or much is read first. It is not allowed; ask again.`,
      ),
      allowed: false,
    },
    1,
  );

const placed = ({ purl, workspace, repository }: AcceptedRow): string =>
  `${purl} in repository ${repository} of workspace ${workspace}`;

const answer = (document: Extended, retryAfter?: number): ProblemError =>
  new ProblemError(document, retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } });
