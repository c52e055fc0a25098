import type { DecisionRecorded } from '@weir/domain';
import type { EventStore, ShardWriter } from '@weir/event-store';
import { askPolicies, freshnessRead, type Answers, type Question } from '@weir/judging';
import type { PolicyEngine } from '@weir/policy';
import { isTracing, linkToOrigin, SPANS, step } from '@weir/service';
import type pg from 'pg';
import { horizonOf } from '../await-deadlines/horizon.js';
import type { CurrentConditions } from '../conditions/current-conditions.js';
import { appendConclusion } from './append-conclusion.js';
import { conclude } from './conclude.js';
import { readJudgements, type JudgementRow } from './judgement-rows.js';
import { measureAnswers } from './measure-answers.js';
import { openCases, type Case } from './open-cases.js';
import type { Subject } from './subject.js';
import { unanswered } from './unanswered.js';

export interface JudgePorts {
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly engine: PolicyEngine;
  readonly conditions: CurrentConditions;
  readonly clock: () => Date;
}

/**
 * Judges the packages that are due, in order, and appends what comes of it, the facts that were seen and `sources`, all or
 * nothing. Safe to call again with the same packages: an observation has one decision, and what is not due has none.
 */
export const judgePackages = async (
  ports: JudgePorts,
  writer: ShardWriter,
  subjects: readonly Subject[],
  sources: Readonly<Record<string, number>> = {},
): Promise<readonly DecisionRecorded[]> => {
  const rows = await readJudgements(ports.pool, [...new Set(subjects.map(({ key }) => key))]);
  const fresh = await unanswered(ports.pool, subjects, rows);
  const decidedAt = ports.clock().toISOString();
  const cases = await openCases(ports, fresh, rows, decidedAt);
  linkOrigins(cases, rows);
  const answersOf = await step(SPANS.askPolicies, () => ask(ports, cases, decidedAt));
  const conclusion = conclude(cases, answersOf, rows, { decidedAt, shard: writer.shard });
  return appendConclusion(ports, writer, conclusion, { rows, sources });
};

const ask = async (
  { engine }: JudgePorts,
  cases: readonly Case[],
  now: string,
): Promise<ReadonlyMap<Case, Answers>> => {
  const later = horizonOf(now);
  const open = cases.filter(({ facts }) => facts !== null);
  const questions = open.flatMap(({ subject, conditions, scope, facts }): readonly Question[] => {
    const { policySet, freshness } = conditions;
    return facts === null
      ? []
      : [
          {
            policySet,
            repository: subject.repository,
            facts,
            freshness: freshnessRead(scope, freshness, subject.package.type),
            now,
            later,
          },
        ];
  });
  const answers = await askPolicies(engine, questions, { onAnswers: measureAnswers });
  return new Map(open.flatMap((one, index) => (answers[index] ? [[one, answers[index]]] : [])));
};

/** What is judged anew tells which event brought the package. */
const linkOrigins = (cases: readonly Case[], rows: ReadonlyMap<string, JudgementRow>): void => {
  if (!isTracing()) return;
  for (const { subject } of cases)
    if (subject.cause.kind !== 'observation')
      linkToOrigin(subject.traceparent, rows.get(subject.key)?.originTraceparent ?? null);
};
