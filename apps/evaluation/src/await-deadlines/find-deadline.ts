import type { ActivePolicy } from '@weir/contracts';
import type { PolicyResult } from '@weir/domain';
import type { ShardDesk, ShardWriter } from '@weir/event-store';
import { SPANS } from '@weir/service';
import { askPolicies } from '../judge-packages/ask-policies.js';
import { judgeAgain } from '../judge-packages/judge-again.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import { createBackgroundPace, type BackgroundPace } from '../pace-background/background-pace.js';
import { HORIZON_MS } from './horizon.js';
import { keysOf, readDue, writeJudgements, type JudgementRow } from '../judge-packages/judgements.js';

const MOST = 100;
const PRECISION_MS = 1000;

type Ask = (rows: readonly JudgementRow[], at: readonly number[]) => Promise<readonly string[]>;

/**
 * Judges packages again whose answer has changed by time alone, and finds for the others when it next will.
 * The policies that read the clock are asked about now and about a day ahead: when the two answers differ, the moment
 * between is found to the second by halving, and the package is looked at again then; else in a day. An answer that
 * changes and changes back within one day is noticed at the next look only.
 */
export const lookAhead = async (ports: JudgePorts, desk: ShardDesk, pace: BackgroundPace = createBackgroundPace()): Promise<number> => {
  const { packages } = await pace.take(desk, async (writer, most) => ({ packages: await lookAtDue(ports, writer, Math.min(most, MOST)) }));
  return packages;
};

const lookAtDue = async (ports: JudgePorts, writer: ShardWriter, most: number): Promise<number> => {
  const now = ports.clock().getTime();
  const due = await readDue(ports.pool, writer.shard, new Date(now).toISOString(), most);
  if (due.length === 0) return 0;
  const ask = await askAbout(ports, due);
  const answersNow = await ask(due, due.map(() => now));
  const changed = due.filter((row, i) => answersNow[i] !== recorded(row, answersNow[i] ?? ''));
  if (changed.length > 0) {
    await judgeAgain(ports, writer, { name: SPANS.lookAhead, causes: changed.map((row) => row.originTraceparent), rows: changed, causeOf: (row) => ({ kind: 'time', dueAt: row.lookAt ?? '' }) });
  }
  const steady = due.flatMap((row, i) => (changed.includes(row) ? [] : [{ row, answer: answersNow[i] ?? '' }]));
  const next = await nextChanges(ask, steady, now);
  const looked = steady.map(({ row }, i) => ({ ...row, lookAt: new Date(next[i] ?? now + HORIZON_MS).toISOString() }));
  if (looked.length > 0) await writer.append({ events: [], also: (client) => writeJudgements(client, looked, keysOf(looked)) });
  return due.length;
};

/** For each row the instant from which its answer differs, or the horizon when it does not. */
const nextChanges = async (ask: Ask, steady: readonly { readonly row: JudgementRow; readonly answer: string }[], now: number): Promise<readonly number[]> => {
  const rows = steady.map(({ row }) => row);
  const answers = steady.map(({ answer }) => answer);
  const low = rows.map(() => now);
  const high = rows.map(() => now + HORIZON_MS);
  const atHorizon = await ask(rows, high);
  const moving = rows.map((_, i) => i).filter((i) => answers[i] !== atHorizon[i]);
  for (let width = HORIZON_MS; moving.length > 0 && width > PRECISION_MS; width /= 2) {
    const middle = moving.map((i) => Math.floor(((low[i] ?? now) + (high[i] ?? now)) / 2));
    const between = await ask(moving.flatMap((i) => rows[i] ?? []), middle);
    moving.forEach((i, n) => {
      if (between[n] === answers[i]) low[i] = middle[n] ?? now;
      else high[i] = middle[n] ?? now;
    });
  }
  return high;
};

/** What the clock policies of each row's current set say at an instant, as comparable text. */
const askAbout = async (ports: JudgePorts, rows: readonly JudgementRow[]): Promise<Ask> => {
  const digests = [...new Set(rows.flatMap(({ factsDigest }) => factsDigest ?? []))];
  const facts = await ports.store.allEvidence(digests);
  return async (subjects, at) => {
    const questions = await Promise.all(
      subjects.map(async (row, i) => ({
        subject: row,
        policySet: await ports.policySets.of(row.workspace),
        facts: facts.get(row.factsDigest ?? '')?.bytes ?? new Uint8Array(),
        now: new Date(at[i] ?? 0).toISOString(),
      })),
    );
    const asked = await askPolicies(ports.engine, questions, readsClock);
    return asked.map(({ results }) => answerText(results));
  };
};

const readsClock = (policy: ActivePolicy): boolean => policy.reads.clock;

/** An error is no answer: it does not count as a change, and the next look asks again. */
const answerText = (results: readonly PolicyResult[]): string =>
  JSON.stringify(results.filter(({ error }) => error === null).map(({ policyId, match }) => [policyId, match === true]));

/** The recorded matches of exactly the policies that `answer` speaks of. */
const recorded = (row: JudgementRow, answer: string): string =>
  JSON.stringify((JSON.parse(answer || '[]') as [string, boolean][]).map(([policyId]) => [policyId, row.matching.includes(policyId)]));
