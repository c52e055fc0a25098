import { recordDecision, evolveJudgement, type DecisionRecorded, type Observation, type PolicyResult, type PolicyTerms } from '@weir/domain';
import type { AppendBatch, EventStore, NewEvent, NewEvidence, ShardWriter } from '@weir/event-store';
import { engineDigest, readsPath, type PolicyEngine } from '@weir/policy';
import { ATTRIBUTES, isTracing, linkToOrigin, record, SERVICES, SPANS, step } from '@weir/service';
import type pg from 'pg';
import type { CurrentPolicySets, LoadedPolicySet } from '../policy-sets/current-policy-sets.js';
import { horizonOf } from '../await-time/horizon.js';
import { askPolicies, NOT_ASKED, policiesInScope, type Asked } from './ask-policies.js';
import type { Judgeable } from './judgeable.js';
import { measureDecisions, type PolicyNames } from './measure-decisions.js';
import { judgementOf, readJudgements, writeJudgements, type JudgementRow } from './judgements.js';
import { observationName, readJudgedObservations, writeObservations } from './observations.js';

export interface JudgePorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly engine: PolicyEngine;
  readonly policySets: CurrentPolicySets;
  readonly clock: () => Date;
}

/** A judgeable with everything its judgement rests on. */
interface Case {
  readonly subject: Judgeable;
  readonly policySet: LoadedPolicySet;
  readonly facts: Uint8Array | null;
  readonly isAsked: boolean;
}

/**
 * Judges packages in order and appends the decisions, the facts they saw and `sources`, all or nothing.
 * Safe to call again with the same packages: an observation is judged once, and a change that changes nothing is not.
 */
export const judgePackages = async (
  ports: JudgePorts,
  writer: ShardWriter,
  subjects: readonly Judgeable[],
  sources: Readonly<Record<string, number>> = {},
): Promise<readonly DecisionRecorded[]> => {
  const judged = await readJudgedObservations(ports.pool, subjects.flatMap(({ cause }) => (cause.kind === 'observation' ? [cause.observation] : [])));
  const rows = await readJudgements(ports.pool, [...new Set(subjects.map(({ key }) => key))]);
  const cases = await withFacts(ports.store, await Promise.all(firstOfEach(subjects, judged).map((subject) => openCase(ports, subject, rows))));
  linkOrigins(cases, rows);
  const decidedAt = ports.clock().toISOString();
  const asked = cases.filter((each) => each.isAsked && each.facts !== null);
  const later = horizonOf(decidedAt);
  const questions = asked.map(({ subject, policySet, facts }) => ({ subject, policySet, facts: facts ?? NOTHING, now: decidedAt, later }));
  const told = await step(SPANS.askPolicies, () => askPolicies(ports.engine, questions));
  const askedOf = new Map(asked.map((each, i) => [each, told[i] ?? NOT_ASKED]));
  const outcome = decideInOrder(cases, askedOf, rows, { decidedAt, later, shard: writer.shard });
  const batch: AppendBatch = {
    events: outcome.events.map(({ event, subject }) => toNewEvent(event, subject)),
    evidence: factsEvidence(cases, rows),
    sources,
    also: async (client) => {
      await writeObservations(client, writer.shard, outcome.observations);
      await writeJudgements(client, outcome.rows, rows);
    },
  };
  const started = performance.now();
  await step(SPANS.append, () => writer.append(batch), { attributes: { [ATTRIBUTES.shard]: writer.shard, [ATTRIBUTES.events]: batch.events.length } });
  record('appendDuration', (performance.now() - started) / 1000, { service: SERVICES.evaluation });
  const events = outcome.events.map(({ event }) => event);
  measureDecisions(events, policyNames(cases), ports.clock());
  return events;
};

const policyNames = (cases: readonly Case[]): PolicyNames => {
  const sets = new Map(cases.map(({ subject, policySet }) => [subject.workspace, policySet.set]));
  return (workspace, policyId) => sets.get(workspace)?.policies.find((policy) => policy.policyId === policyId)?.name ?? policyId;
};

/** What is judged anew tells which event brought the package. */
const linkOrigins = (cases: readonly Case[], rows: ReadonlyMap<string, JudgementRow>): void => {
  if (!isTracing()) return;
  for (const { subject } of cases) if (subject.cause.kind !== 'observation') linkToOrigin(subject.traceparent, rows.get(subject.key)?.originTraceparent ?? null);
};

const NOTHING = new Uint8Array();

/** Drops observations that were judged before, or stand twice in this batch. */
const firstOfEach = (subjects: readonly Judgeable[], judged: Set<string>): readonly Judgeable[] => {
  const seen = new Set(judged);
  return subjects.filter(({ cause }) => {
    if (cause.kind !== 'observation') return true;
    const name = observationName(cause.observation);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
};

/** Invariant: a slower lane never brings back older facts; an observation is judged on the newest there are. */
const openCase = async (ports: JudgePorts, subject: Judgeable, rows: ReadonlyMap<string, JudgementRow>): Promise<Case> => {
  const policySet = await ports.policySets.of(subject.workspace);
  const row = rows.get(subject.key);
  const isStale = row !== undefined && subject.sequence < row.sequence;
  if (isStale && subject.cause.kind === 'feed') return { subject, policySet, facts: null, isAsked: false };
  const current = isStale ? { ...subject, presence: row.presence, factsDigest: row.factsDigest, sequence: row.sequence, facts: null } : subject;
  const isAsked = current.presence === 'deleted' || concerns(current, policySet);
  return { subject: current, policySet, facts: current.facts, isAsked };
};

/** Facts that did not come with a message lie in the evidence; all that are asked about are read at once. */
const withFacts = async (store: EventStore, cases: readonly Case[]): Promise<readonly Case[]> => {
  const digestOf = ({ subject, facts, isAsked }: Case): string | null => (isAsked && facts === null ? subject.factsDigest : null);
  const known = await store.allEvidence([...new Set(cases.flatMap((each) => digestOf(each) ?? []))]);
  return cases.map((each) => {
    const digest = digestOf(each);
    return digest === null ? each : { ...each, facts: factsOf(known, digest) };
  });
};

/** A feed asks only policies that read what it changed; whoever does not read it cannot answer differently. */
const concerns = (subject: Judgeable, policySet: LoadedPolicySet): boolean => {
  const { cause } = subject;
  if (cause.kind !== 'feed') return true;
  return policiesInScope(policySet, subject).some((policy) => cause.changed.some((path) => readsPath(policy.reads, path)));
};

const factsOf = (known: Awaited<ReturnType<EventStore['allEvidence']>>, digest: string): Uint8Array => {
  const evidence = known.get(digest);
  if (!evidence) throw new Error(`The facts ${digest} came neither with the message nor are they in the evidence store.`);
  return evidence.bytes;
};

interface Outcome {
  readonly events: { readonly event: DecisionRecorded; readonly subject: Judgeable }[];
  readonly rows: JudgementRow[];
  readonly observations: Observation[];
}

/** When and where a batch is judged; `later`: to when it is looked ahead. */
interface Place {
  readonly decidedAt: string;
  readonly later: string;
  readonly shard: string;
}

const decideInOrder = (
  cases: readonly Case[],
  askedOf: ReadonlyMap<Case, Asked>,
  rows: ReadonlyMap<string, JudgementRow>,
  at: Place,
): Outcome => {
  const current = new Map(rows);
  const outcome: Outcome = { events: [], rows: [], observations: [] };
  for (const each of cases) {
    const { subject } = each;
    const row = current.get(subject.key);
    if (subject.cause.kind === 'observation') outcome.observations.push(subject.cause.observation);
    if (row && subject.sequence < row.sequence && subject.cause.kind === 'feed') continue;
    const asked = askedOf.get(each) ?? NOT_ASKED;
    const [event] = each.isAsked ? decide(each, asked.results, row, at.decidedAt) : [];
    const next = nextRow(each, asked, row, event, at);
    if (event) outcome.events.push({ event, subject });
    current.set(subject.key, next);
    outcome.rows.push(next);
  }
  return outcome;
};

const decide = ({ subject, policySet }: Case, results: readonly PolicyResult[], row: JudgementRow | undefined, decidedAt: string): readonly DecisionRecorded[] => {
  const { workspace, repository, presence, cause, factsDigest } = subject;
  const terms: readonly PolicyTerms[] = policiesInScope(policySet, subject);
  const judged = { workspace, repository, package: subject.package, presence, cause, factsDigest, terms, results };
  return recordDecision({ type: 'RecordDecision', ...judged, decidedAt, policySetDigest: policySet.digest, engineDigest }, judgementOf(row));
};

const nextRow = (
  { subject, policySet }: Case,
  { results, timing }: Asked,
  row: JudgementRow | undefined,
  event: DecisionRecorded | undefined,
  { decidedAt, later, shard }: Place,
): JudgementRow => {
  const { key, workspace, repository, presence, factsDigest, sequence } = subject;
  const known = { key, shard, workspace, repository, package: subject.package, presence, factsDigest, sequence };
  const before = { desired: row?.desired ?? null, claiming: row?.claiming ?? [], matching: row?.matching ?? [], policySetDigest: row?.policySetDigest ?? null, lookAt: row?.lookAt ?? null, originTraceparent: row?.originTraceparent ?? subject.traceparent };
  if (!event) return { ...known, ...before };
  const state = evolveJudgement(judgementOf(row), event);
  return {
    ...known,
    ...before,
    policySetDigest: policySet.digest,
    desired: event.data.desired,
    claiming: state.kind === 'judged' ? state.claiming : [],
    matching: results.filter(({ match }) => match === true).map(({ policyId }) => policyId),
    lookAt: presence === 'present' ? lookAtOf(timing, decidedAt, later) : null,
  };
};

/** When to look whether time alone changes an answer: at once for what moves, since the very moment is not known yet. */
const lookAtOf = (timing: Asked['timing'], decidedAt: string, later: string): string | null => {
  switch (timing) {
    case 'timeless':
      return null;
    case 'steady':
      return later;
    case 'moving':
      return decidedAt;
    default: {
      const unknown: never = timing;
      throw new Error(`No rule for the timing ${String(unknown)}`);
    }
  }
};

/** The facts that came with messages: new, unless the package was judged on the same ones last. */
const factsEvidence = (cases: readonly Case[], rows: ReadonlyMap<string, JudgementRow>): readonly NewEvidence[] =>
  cases.flatMap(({ subject: { key, factsDigest, facts: sent }, facts }) =>
    factsDigest && facts && sent ? [{ digest: factsDigest, kind: 'facts', bytes: facts, isNew: rows.get(key)?.factsDigest !== factsDigest }] : [],
  );

const toNewEvent = (event: DecisionRecorded, subject: Judgeable): NewEvent => ({
  type: event.type,
  version: event.version,
  subject: subject.key,
  data: event.data,
  occurredAt: event.data.decidedAt,
  metadata: {
    ...(subject.cause.kind === 'observation' ? { causationId: subject.cause.observation.id } : {}),
    ...(subject.traceparent ? { traceparent: subject.traceparent } : {}),
  },
});
