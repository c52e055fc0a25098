import type { ActivePolicy } from '@weir/contracts';
import { askPolicies, type NamedPolicySet } from '@weir/judging';
import {
  compileModule,
  findOpa,
  parameterData,
  startPolicyEngine,
  type OpaCompiler,
  type PolicyEngine,
} from '@weir/policy';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { activePolicy, repository, setOf } from '../../../../tools/testing/policies-for-tests.js';
import { chanceOf, givenSeed, type Json } from '../../../../tools/testing/random-cases.js';
import { randomClockCase, type ClockCase } from '../../../../tools/testing/random-clock-policies.js';
import { deadlineOf } from '../judge-packages/deadline-of.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import type { JudgementRow } from '../judge-packages/judgement-rows.js';
import { findDeadlines } from './find-deadline.js';
import { HORIZON_MS, horizonOf, LOOK_MS, PRECISION_MS } from './horizon.js';

vi.setConfig({ testTimeout: 7_200_000, hookTimeout: 900_000 });

/** So many policies are asked, each about two documents; 1,000 take some ten minutes of one core. */
const POLICIES = Number(process.env['POLICIES'] ?? 80);
/** So many are compiled into one module. */
const TOGETHER = 20;
/** So long each is looked at. */
const SPAN_MS = HORIZON_MS + LOOK_MS;
const seed = givenSeed();

let opa: OpaCompiler;
let engine: PolicyEngine;
beforeAll(async () => {
  opa = await findOpa({ cacheDirectory: join(import.meta.dirname, '../../../../.weir/opa') });
  engine = await startPolicyEngine({ workers: 1, deadlineMillis: 20_000, memoryMegabytes: 128 });
});
afterAll(() => engine.close());

interface Policy {
  readonly seed: number;
  readonly clockCase: ClockCase;
  readonly policy: ActivePolicy;
  /** Its module, with it as the only policy. */
  readonly set: NamedPolicySet;
}

const policiesFrom = async (first: number): Promise<readonly Policy[]> => {
  const cases = Array.from({ length: TOGETHER }, (_, at) => ({
    seed: first + at,
    slot: `p${at}`,
    clockCase: randomClockCase(chanceOf(first + at)),
  }));
  const sources = cases.map(({ slot, clockCase: { rego } }) => ({ id: slot, rego }));
  const { digest, wasm, reads } = await compileModule(opa, sources);
  const data = parameterData(Object.fromEntries(cases.map(({ slot, clockCase }) => [slot, clockCase.parameters])));
  await engine.load({ key: `from ${first}`, digest, wasm, data, reads });
  return cases.map(({ slot, ...one }) => {
    const read = reads[slot];
    if (read === undefined) throw new Error('The module has no reads of a policy.');
    const policy = activePolicy({
      policyId: slot,
      reads: { ...read, inputPaths: [...read.inputPaths], builtins: [...read.builtins] },
    });
    return { ...one, policy, set: { ...setOf(policy), digest: `from ${first}` } };
  });
};

const text = (instant: number): string => new Date(instant).toISOString();
const bytesOf = (document: Json): Uint8Array => Buffer.from(JSON.stringify(document));
const wholeLooks = (from: number): readonly number[] => {
  const first = Math.ceil(from / LOOK_MS) * LOOK_MS;
  return Array.from({ length: SPAN_MS / LOOK_MS }, (_, at) => first + at * LOOK_MS);
};

/** All instants of the day ahead at which something may be another than just before, and just before and behind them. */
const instantsOf = ({ from, boundaries }: ClockCase): readonly number[] => {
  const about = [...boundaries, ...wholeLooks(from)].flatMap((at) => [at - 1, at, at + 1]);
  const all = new Set([from, from + HORIZON_MS, ...about.filter((at) => at > from)]);
  return [...all].sort((a, b) => a - b);
};

interface Said {
  readonly at: number;
  readonly answer: string;
}

/** What it says at each of the instants, by the engine: that native OPA says the same is held elsewhere. */
const saidAt = async (
  { set, policy }: Policy,
  document: Json,
  instants: readonly number[],
): Promise<readonly Said[]> => {
  const input = bytesOf(document);
  const inputs = instants.map((at) => ({ input, now: text(at), asks: [policy.slot] }));
  const answers = await engine.evaluate({ key: set.digest, inputs });
  return instants.map((at, i) => {
    const [answer] = answers[i] ?? [];
    return { at, answer: answer?.error ? `fails: ${answer.error.code}` : String(answer?.match === true) };
  });
};

/** The instants at which it says another thing than before. */
const changesIn = (said: readonly Said[]): readonly number[] =>
  said.flatMap(({ at, answer }, i) => (i > 0 && answer !== said[i - 1]?.answer ? [at] : []));

/** Why what is known of the policy's time does not fit; null when it does. */
const misfit = (time: ActivePolicy['reads']['time'], changes: readonly number[]): string | null => {
  switch (time) {
    case undefined:
    case 'never':
      return changes.length > 0 ? `changes at ${changes.map(text).join()}` : null;
    case 'oneWay':
      return changes.length > 1 ? `changes at ${changes.map(text).join()}` : null;
    case 'quarterHours': {
      const between = changes.filter((at) => at % LOOK_MS !== 0);
      return between.length > 0 ? `changes at ${between.map(text).join()}` : null;
    }
    case 'anyTime':
      return null;
  }
};

/** When it is judged again by the service. */
const deadlineFor = async ({ set, clockCase: { from } }: Policy, document: Json): Promise<number> => {
  const facts = bytesOf(document);
  const decidedAt = text(from);
  const question = { policySet: set, repository: repository(), facts, freshness: null, now: decidedAt };
  const [answers] = await askPolicies(engine, [{ ...question, later: horizonOf(decidedAt) }]);
  if (answers === undefined) throw new Error('There is no answer.');
  // It has failed for long, so that its retry is far.
  const memory = Object.fromEntries(set.set.policies.map(({ policyId }) => [policyId, { match: null, failures: 40 }]));
  const row = {
    workspace: 'default',
    repository: repository(),
    package: { type: 'npm' },
    factsDigest: 'facts',
    decidedAt,
    ...deadlineOf({ key: 'p', decidedAt, answers, memory }),
  } as unknown as JudgementRow;
  const ports = {
    engine,
    store: { allEvidence: async () => new Map([['facts', { bytes: facts }]]) },
    conditions: { of: async () => ({ policySet: set, freshness: {} }) },
  } as unknown as JudgePorts;
  const [found] = row.isMoving ? await findDeadlines(ports, [row], from) : [row];
  return found?.deadline ? Date.parse(found.deadline) : Infinity;
};

/** The first instant by which it must be judged again: of what changes at any time, the first look that tells a change. */
const dueBy = ({ clockCase: { from }, policy }: Policy, said: readonly Said[], changes: readonly number[]): number => {
  const end = from + HORIZON_MS;
  if (policy.reads.time !== 'anyTime') return Math.min(changes[0] ?? Infinity, end);
  const now = said[0]?.answer;
  return said.find(({ at, answer }) => answer !== now && (at % LOOK_MS === 0 || at === end))?.at ?? end;
};

interface Seen {
  readonly wrong: string[];
  readonly times: Record<string, number>;
  /** Documents about which what is said changes within a day, by what is known of the policy's time. */
  readonly changing: Record<string, number>;
  failing: number;
  /** Policies that go one way by the way they are made; and those of them of which it is not known. */
  oneWay: number;
  readonly unknown: string[];
}

const look = async (one: Policy, seen: Seen): Promise<void> => {
  const { time = 'none' } = one.policy.reads;
  seen.times[time] = (seen.times[time] ?? 0) + 1;
  for (const document of one.clockCase.documents) {
    const said = await saidAt(one, document, instantsOf(one.clockCase));
    const changes = changesIn(said);
    const [due, deadline] = [dueBy(one, said, changes), await deadlineFor(one, document)];
    const late = due < one.clockCase.from + HORIZON_MS && deadline > due + PRECISION_MS;
    const why = [misfit(one.policy.reads.time, changes), late ? `due ${text(due)}, found ${String(deadline)}` : null];
    const reasons = why.filter((reason) => reason !== null);
    if (reasons.length > 0)
      seen.wrong.push(
        `SEED=${one.seed} ${time}: ${reasons.join('; ')}\n${JSON.stringify(document)}\n${JSON.stringify(one.clockCase.parameters)}\n${one.clockCase.rego}`,
      );
    if (changes.some((at) => at <= one.clockCase.from + HORIZON_MS))
      seen.changing[time] = (seen.changing[time] ?? 0) + 1;
    if (said.some(({ answer }) => answer.startsWith('fails'))) seen.failing += 1;
  }
  if (!one.clockCase.isOneWay) return;
  seen.oneWay += 1;
  if (time !== 'oneWay' && time !== 'never' && time !== 'none')
    seen.unknown.push(`SEED=${one.seed}\n${one.clockCase.rego}`);
};

describe('when time changes what a policy says', () => {
  test(`it is judged again by then: ${POLICIES} policies from SEED=${seed} on`, async () => {
    const seen: Seen = { wrong: [], times: {}, changing: {}, failing: 0, oneWay: 0, unknown: [] };
    for (let first = seed; first < seed + POLICIES; first += TOGETHER) {
      for (const one of await policiesFrom(first)) await look(one, seen);
      await engine.unload(`from ${first}`);
    }
    const { wrong, unknown, ...figures } = seen;
    console.log(JSON.stringify({ ...figures, unknown: unknown.length, wrong: wrong.length }));
    expect(wrong.slice(0, 1)).toEqual([]);
    // What goes one way is known to, unless it is entangled.
    expect(unknown.length).toBeLessThan(seen.oneWay * 0.9);
    // Some change of which all is known, and some of which it is not.
    const { oneWay = 0, quarterHours = 0, anyTime = 0 } = seen.changing;
    expect(oneWay + quarterHours).toBeGreaterThan(0);
    expect(anyTime).toBeGreaterThan(0);
  });
});
