import { readsPath } from '@weir/policy';
import { basisUnder, changedPaths, policiesInScope, type Missing, type PoliciesInScope } from '@weir/judging';
import { isDue, type Held } from '@weir/domain';
import type { EventStore } from '@weir/event-store';
import { PRECISION_MS } from '../await-deadlines/horizon.js';
import type { CurrentConditions, WorkspaceConditions } from '../conditions/current-conditions.js';
import type { JudgementRow } from './judgement-rows.js';
import { readFacts } from './read-evidence.js';
import type { Subject } from './subject.js';

/**
 * What is to be done about a package. ask: its policies are asked. carry: its facts differ from those judged last in nothing
 * that a policy in scope reads, so that the answers are the same. pass: nothing it rests on has changed.
 */
export type Way = 'ask' | 'carry' | 'pass';

/** A package with everything its judgement rests on. */
export interface Case {
  readonly subject: Subject;
  readonly conditions: WorkspaceConditions;
  readonly scope: PoliciesInScope;
  readonly basis: string;
  readonly way: Way;
  /** null where nobody is asked. */
  readonly facts: Uint8Array | Missing | null;
}

interface Ports {
  readonly store: Pick<EventStore, 'evidence' | 'allEvidence'>;
  readonly conditions: CurrentConditions;
}

type Rows = ReadonlyMap<string, JudgementRow>;

/** The cases of these subjects, in order. What a slower lane says of packages that are known better by now is left out. */
export const openCases = async (
  { store, conditions }: Ports,
  subjects: readonly Subject[],
  rows: Rows,
  now: string,
): Promise<readonly Case[]> => {
  const opened: Case[] = [];
  const begun = new Set<string>();
  for (const subject of subjects.flatMap((one) => newest(one, rows.get(one.key)))) {
    const one = openCase(subject, rows, await conditions.of(subject.workspace), now);
    // What its former case leads to is not known yet: whether a later one is due turns out when it is concluded.
    opened.push(begun.has(subject.key) ? { ...one, way: 'ask' } : one);
    begun.add(subject.key);
  }
  const compared = await withComparison(store, opened, rows, now);
  return withFacts(store, compared);
};

/** Invariant: a slower lane never brings back older facts; an observation is judged on the newest there are. */
const newest = (subject: Subject, row: JudgementRow | undefined): readonly Subject[] => {
  if (row === undefined || subject.sequence >= row.sequence) return [subject];
  if (subject.cause.kind !== 'observation') return [];
  return [{ ...subject, presence: row.presence, factsDigest: row.factsDigest, sequence: row.sequence, facts: null }];
};

const openCase = (subject: Subject, rows: Rows, conditions: WorkspaceConditions, now: string): Case => {
  const scope = policiesInScope(conditions.policySet, subject.repository);
  const basis = basisUnder(subject, scope, conditions);
  const isAsked = subject.cause.kind === 'observation' || isDue(heldBy(rows.get(subject.key)), basis, now);
  return { subject, conditions, scope, basis, way: isAsked ? 'ask' : 'pass', facts: null };
};

/** null for a package that was never judged. A deadline that is yet to be found has not come. */
export const heldBy = (row: JudgementRow | undefined): Held | null =>
  row?.judgement.kind === 'judged'
    ? { basis: row.judgement.basis, deadline: row.isMoving ? null : row.deadline }
    : null;

/** Of what feeds changed, the facts are compared with those judged last: the cause names the paths, and who reads none of them is not asked. */
const withComparison = async (
  store: Ports['store'],
  cases: readonly Case[],
  rows: Rows,
  now: string,
): Promise<readonly Case[]> => {
  const first = new Map(cases.toReversed().map((one) => [one.subject.key, one]));
  const compared = cases.filter((one) => first.get(one.subject.key) === one && isComparable(one, rows, now));
  if (compared.length === 0) return cases;
  const digests = compared.flatMap(({ subject }) => [
    subject.facts === null ? subject.factsDigest : null,
    rows.get(subject.key)?.factsDigest ?? null,
  ]);
  const facts = await readFacts(store, [...new Set(digests.flatMap((digest) => digest ?? []))]);
  return cases.map((one) => (compared.includes(one) ? compare(one, facts, rows) : one));
};

/** Nothing but the facts differs, both are known, and time has not changed the answers since. */
const isComparable = ({ subject, way, scope, conditions }: Case, rows: Rows, now: string): boolean => {
  const row = rows.get(subject.key);
  if (way !== 'ask' || subject.cause.kind !== 'feed' || row?.judgement.kind !== 'judged' || row.judgement.said === null)
    return false;
  if (subject.presence !== 'present' || row.presence !== 'present' || !isHeld(row, now)) return false;
  return row.judgement.basis === basisUnder(row, scope, conditions);
};

const isHeld = ({ isMoving, deadline }: JudgementRow, now: string): boolean =>
  !isMoving && (deadline === null || Date.parse(deadline) - Date.parse(now) > PRECISION_MS);

const compare = (one: Case, facts: ReadonlyMap<string, Uint8Array | Missing>, rows: Rows): Case => {
  const { subject, scope } = one;
  if (subject.cause.kind !== 'feed') return one;
  const [before, after] = [
    facts.get(rows.get(subject.key)?.factsDigest ?? ''),
    subject.facts ?? facts.get(subject.factsDigest ?? ''),
  ];
  if (!(before instanceof Uint8Array) || !(after instanceof Uint8Array)) return one;
  const changed = changedPaths(parsed(before), parsed(after));
  const concerns = scope.policies.some(({ reads }) => changed.some((path) => readsPath(reads, path)));
  return {
    ...one,
    subject: { ...subject, cause: { ...subject.cause, changed: changed.slice(0, MOST_TOLD) } },
    way: concerns ? 'ask' : 'carry',
  };
};

const MOST_TOLD = 20;

const parsed = (bytes: Uint8Array): unknown =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));

/** Facts that did not come with a message lie in the evidence; all that are asked about are read at once. */
const withFacts = async (store: Ports['store'], cases: readonly Case[]): Promise<readonly Case[]> => {
  const sought = ({ way, subject }: Case): string | null =>
    way === 'ask' && subject.presence === 'present' && subject.facts === null ? subject.factsDigest : null;
  const known = await readFacts(store, [...new Set(cases.flatMap((one) => sought(one) ?? []))]);
  return cases.map((one) => {
    if (one.way !== 'ask' || one.subject.presence === 'deleted') return one;
    return { ...one, facts: one.subject.facts ?? known.get(sought(one) ?? '') ?? NO_FACTS };
  });
};

const NO_FACTS: Missing = { code: 'evidence_missing', message: 'The message names no facts.' };
