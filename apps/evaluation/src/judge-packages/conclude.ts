import {
  confirmed,
  evolveJudgement,
  isDue,
  NOTHING_REMEMBERED,
  recordJudgement,
  unjudged,
  type Confirmation,
  type DecisionRecorded,
  type Judgement,
  type Outcome,
} from '@weir/domain';
import { freshnessRead, NO_ANSWERS, saidOf, type Answers } from '@weir/judging';
import { afterAnswer, NONE_ANSWERED, type Answered } from './answered-observations.js';
import { deadlineOf, NO_DEADLINE, type Deadline } from './deadline-of.js';
import type { JudgementRow } from './judgement-rows.js';
import { heldBy, type Case } from './open-cases.js';

/** A package's case that came to an end, with what the log keeps of it. */
export interface Concluded {
  readonly case: Case;
  readonly answers: Answers;
  readonly decision: DecisionRecorded | null;
  readonly confirmation: Confirmation | null;
}

export interface Conclusion {
  /** In order. */
  readonly concluded: readonly Concluded[];
  /** In order; of a package there may be several. */
  readonly rows: readonly JudgementRow[];
  readonly decidedAt: string;
}

/** When and where a batch is judged. */
export interface Place {
  readonly decidedAt: string;
  readonly shard: string;
}

/** Decides case by case: what one package's case leads to is what its next one begins with. */
export const conclude = (
  cases: readonly Case[],
  answersOf: ReadonlyMap<Case, Answers>,
  rows: ReadonlyMap<string, JudgementRow>,
  place: Place,
): Conclusion => {
  const current = new Map(rows);
  const concluded: Concluded[] = [];
  const written: JudgementRow[] = [];
  for (const one of cases) {
    const row = current.get(one.subject.key);
    if (row && one.subject.sequence < row.sequence && one.subject.cause.kind !== 'observation') continue;
    const answers = answersOf.get(one) ?? NO_ANSWERS;
    const outcome = outcomeOf(one, answers, row, place.decidedAt);
    if (outcome) concluded.push({ case: one, answers, ...kept(one, answers, outcome) });
    const next = rowAfter(one, answers, row, outcome, place);
    current.set(next.key, next);
    written.push(next);
  }
  return { concluded, rows: written, decidedAt: place.decidedAt };
};

/** null when the package is not due, or not any more. */
const outcomeOf = (one: Case, answers: Answers, row: JudgementRow | undefined, decidedAt: string): Outcome | null => {
  const { subject, basis, way } = one;
  if (way === 'pass' || (subject.cause.kind !== 'observation' && !isDue(heldBy(row), basis, decidedAt))) return null;
  const judgement = row?.judgement ?? unjudged;
  if (way === 'carry') return judgement.kind === 'judged' ? carried(one, judgement) : null;
  return recordJudgement(commandOf(one, answers, decidedAt), judgement);
};

/** The same answers, on other facts. */
const carried = (
  { subject: { key }, basis }: Case,
  { said, memory }: Extract<Judgement, { kind: 'judged' }>,
): Outcome => ({
  kind: 'confirmed',
  confirmation: {
    packageKey: key,
    basis,
    said: said ?? '',
    ...(memory !== NOTHING_REMEMBERED && Object.keys(memory).length > 0 && { memory }),
  },
});

const commandOf = (
  { subject, conditions, scope, basis }: Case,
  { results }: Answers,
  decidedAt: string,
): Parameters<typeof recordJudgement>[0] => {
  const { key: packageKey, workspace, repository, presence, cause, factsDigest } = subject;
  const { policySet, engineDigest, freshness } = conditions;
  return {
    type: 'RecordJudgement',
    packageKey,
    workspace,
    repository,
    package: subject.package,
    presence,
    cause,
    decidedAt,
    factsDigest,
    policySetDigest: policySet.digest,
    engineDigest,
    freshnessDigest: freshnessRead(scope, freshness, subject.package.type)?.digest ?? null,
    basis,
    said: saidOf(results),
    terms: scope.policies,
    results,
  };
};

/** A policy that is asked again after a fault and fails again has said nothing: the log is not told. */
const kept = (one: Case, { results }: Answers, outcome: Outcome): Pick<Concluded, 'decision' | 'confirmation'> => {
  if (outcome.kind === 'decided') return { decision: outcome.event, confirmation: null };
  const failedAgain = one.subject.cause.kind === 'retry' && results.some(({ error }) => error !== null);
  return { decision: null, confirmation: failedAgain ? null : outcome.confirmation };
};

const rowAfter = (
  one: Case,
  answers: Answers,
  row: JudgementRow | undefined,
  outcome: Outcome | null,
  { decidedAt, shard }: Place,
): JudgementRow => {
  const { subject, conditions, basis, way } = one;
  const { key, workspace, repository, presence, factsDigest, sequence } = subject;
  const judgement = judgementAfter(one, row?.judgement ?? unjudged, outcome, basis);
  return {
    key,
    shard,
    workspace,
    repository,
    package: subject.package,
    presence,
    factsDigest,
    sequence,
    judgement,
    policySetDigest: conditions.policySet.digest,
    engineDigest: conditions.engineDigest,
    conditions: conditions.digest,
    answered: answeredAfter(one, row),
    originTraceparent: row?.originTraceparent ?? subject.traceparent,
    ...(outcome !== null && way === 'ask'
      ? { decidedAt, ...deadlineAfter(one, answers, judgement, decidedAt) }
      : deadlineOfRow(row)),
  };
};

const judgementAfter = (
  { subject: { key, factsDigest } }: Case,
  judgement: Judgement,
  outcome: Outcome | null,
  basis: string,
): Judgement => {
  if (outcome === null) return judgement.kind === 'judged' ? { ...judgement, basis } : judgement;
  if (outcome.kind === 'decided') return evolveJudgement(judgement, outcome.event, key);
  return judgement.kind === 'judged' ? confirmed(judgement, outcome.confirmation, factsDigest) : judgement;
};

const deadlineAfter = (
  { subject: { key, presence } }: Case,
  answers: Answers,
  judgement: Judgement,
  decidedAt: string,
): Deadline =>
  presence === 'deleted' || judgement.kind === 'unjudged'
    ? NO_DEADLINE
    : deadlineOf({ key, decidedAt, answers, memory: judgement.memory });

const deadlineOfRow = (row: JudgementRow | undefined): Deadline & Pick<JudgementRow, 'decidedAt'> => {
  const { decidedAt = null, deadline = null, retryAt = null, isMoving = false } = row ?? {};
  return { decidedAt, deadline, retryAt, isMoving };
};

/** The first observation of a package that this version judges stands for those of versions before. */
const answeredAfter = ({ subject: { cause, ordinal } }: Case, row: JudgementRow | undefined): Answered | null => {
  const known = row === undefined ? NONE_ANSWERED : row.answered;
  if (cause.kind !== 'observation' || ordinal === null) return known;
  return known === null ? { upTo: ordinal, missing: [] } : afterAnswer(known, ordinal);
};
