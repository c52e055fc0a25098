import type { EvaluationRequest, PolicyAnswer } from '@weir/policy';
import { describe, expect, test } from 'vitest';
import { activePolicy, repository, setOf } from '../../../tools/testing/policies-for-tests.js';
import { askPolicies, NO_ANSWERS, type Engine, type Question } from './ask-policies.js';

const NOW = '2026-08-02T09:00:00.000Z';
const FACTS = Buffer.from('{"v0":{},"v1":{}}');

const answer = (policyId: string, more: Partial<PolicyAnswer> = {}): PolicyAnswer => ({
  policyId,
  match: true,
  reasons: [`by ${policyId}`],
  output: '{}',
  error: null,
  timing: 'timeless',
  durationMicros: 1,
  ...more,
});

/** An engine that notes what it is answers, and answers each slot by its name. */
const engineOf = (answers: (slot: string) => readonly PolicyAnswer[] = (slot) => [answer(slot)]) => {
  const requests: EvaluationRequest[] = [];
  const engine: Engine = {
    evaluate: async (request) => {
      requests.push(request);
      return request.inputs.map(({ asks }) => asks.flatMap(answers));
    },
  };
  return { engine, requests };
};

const [a, b] = [activePolicy({ policyId: 'a' }), activePolicy({ policyId: 'b' })];
const question = (more: Partial<Question> = {}): Question => ({
  policySet: setOf(a, b),
  repository: repository(),
  facts: FACTS,
  freshness: null,
  now: NOW,
  ...more,
});

test('the answers of each package are in the order of its set', async () => {
  const { engine } = engineOf();
  const [answers] = await askPolicies(engine, [question()]);
  const result = (policyId: string) => ({
    policyId,
    name: policyId,
    revision: 1,
    match: true,
    reasons: [`by ${policyId}`],
    output: '{}',
    error: null,
  });
  expect(answers).toEqual({ results: [result('a'), result('b')], timing: 'timeless' });
});

describe('evidence that cannot be had', () => {
  const facts = { code: 'evidence_missing', message: 'The facts are not in the evidence store.' } as const;

  test('makes every policy in scope fail, and none is asked', async () => {
    const { engine, requests } = engineOf();
    const [answers] = await askPolicies(engine, [question({ facts })]);
    const result = (policyId: string) => ({
      policyId,
      name: policyId,
      revision: 1,
      match: null,
      reasons: [],
      output: '{}',
      error: facts,
    });
    expect(answers).toEqual({ results: [result('a'), result('b')], timing: 'timeless' });
    expect(requests).toEqual([]);
  });

  test('of one package keeps nobody from asking about the others', async () => {
    const { engine, requests } = engineOf();
    const answers = await askPolicies(engine, [
      question(),
      question({ facts }),
      question({ now: '2026-08-02T10:00:00.000Z' }),
    ]);
    expect(answers.map(({ results }) => results.map(({ match, error }) => error?.code ?? match))).toEqual([
      [true, true],
      ['evidence_missing', 'evidence_missing'],
      [true, true],
    ]);
    expect(requests.flatMap(({ inputs }) => inputs.map(({ asks }) => asks.length))).toEqual([2, 0, 2]);
  });

  test("of a package without policies is nobody's fault", async () => {
    const { engine } = engineOf();
    expect(await askPolicies(engine, [question({ policySet: setOf(), facts })])).toEqual([NO_ANSWERS]);
  });
});

test('packages of several sets are asked set by set and answered in their order', async () => {
  const { engine, requests } = engineOf();
  const other = setOf(activePolicy({ policyId: 'c' }));
  const answers = await askPolicies(engine, [question(), question({ policySet: other }), question()]);
  expect(answers.map(({ results }) => results.map(({ policyId }) => policyId))).toEqual([
    ['a', 'b'],
    ['c'],
    ['a', 'b'],
  ]);
  expect(requests.map(({ key, inputs }) => [key, inputs.length])).toEqual([
    [setOf(a, b).digest, 2],
    [other.digest, 1],
  ]);
});

test('policies out of scope are not asked, and without one nobody is', async () => {
  const { engine, requests } = engineOf();
  const elsewhere = activePolicy({ policyId: 'elsewhere', scope: { repositories: ['other'] } });
  expect(await askPolicies(engine, [question({ policySet: setOf(elsewhere) })])).toEqual([NO_ANSWERS]);
  expect(requests).toEqual([]);
});

test('some of the policies alone can be asked', async () => {
  const { engine, requests } = engineOf();
  const [answers] = await askPolicies(engine, [question()], { only: ({ policyId }) => policyId === 'b' });
  expect(answers?.results.map(({ policyId }) => policyId)).toEqual(['b']);
  expect(requests[0]?.inputs[0]?.asks).toEqual(['b']);
});

test('an answer that the engine leaves out is a fault and never "no match"', async () => {
  const { engine } = engineOf((slot) => (slot === 'a' ? [] : [answer(slot, { match: false })]));
  const [answers] = await askPolicies(engine, [question()]);
  expect(answers?.results.map(({ match, error }) => error?.code ?? match)).toEqual(['engine_fault', false]);
});

test.each([
  [['timeless', 'timeless'], 'timeless'],
  [['timeless', 'steady'], 'steady'],
  [['steady', 'moving'], 'moving'],
  [['moving', 'timeless'], 'moving'],
] as const)('answers that are %j together are %s', async (timings, together) => {
  const clock = [a, b].map((policy) => ({
    ...policy,
    reads: { ...policy.reads, clock: true, time: 'oneWay' as const },
  }));
  const { engine } = engineOf((slot) => [answer(slot, { timing: timings[slot === 'a' ? 0 : 1] })]);
  expect((await askPolicies(engine, [question({ policySet: setOf(...clock) })]))[0]?.timing).toBe(together);
});

test.each([
  ['never', 'steady'],
  ['oneWay', 'steady'],
  ['quarterHours', 'moving'],
  ['anyTime', 'moving'],
  [undefined, 'moving'],
] as const)(
  'the same a day later is %s: %s, for only what changes one way is the same between',
  async (time, timing) => {
    const clock = { ...a, reads: { ...a.reads, clock: true, time } };
    const { engine } = engineOf((slot) => [answer(slot, { timing: 'steady' })]);
    expect((await askPolicies(engine, [question({ policySet: setOf(clock) })]))[0]?.timing).toBe(timing);
  },
);

test.each([
  ['suspended', 'anyTime', 'timeless', 'is asked again for that'],
  ['conflict', 'anyTime', 'moving', 'may end to contradict itself with time'],
  ['conflict', undefined, 'moving', 'may end to contradict itself with time'],
  ['conflict', 'never', 'timeless', 'contradicts itself at any time'],
] as const)(
  'a policy that failed by %s, which time changes so: %s, is %s: it %s',
  async (code, time, timing, _because) => {
    const clock = { ...a, reads: { ...a.reads, clock: true, time } };
    const { engine } = engineOf((slot) => [
      answer(slot, { match: null, error: { code, message: '' }, timing: 'moving' }),
    ]);
    expect((await askPolicies(engine, [question({ policySet: setOf(clock) })]))[0]?.timing).toBe(timing);
  },
);

test('who asks when feeds were loaded is shown it, with the instants it was asked at', async () => {
  const { engine, requests } = engineOf();
  const freshness = { text: '{"epss":null,"kev":null,"osv":null}', digest: 'sha256:1' };
  await askPolicies(engine, [
    question({ freshness, later: '2026-08-03T09:00:00.000Z', facts: Buffer.from('{"v0":{},"v1":{"a":1}}') }),
  ]);
  const [input] = requests[0]?.inputs ?? [];
  expect(JSON.parse(Buffer.from(input?.input ?? []).toString())).toEqual({
    v0: {},
    v1: { a: 1, freshness: { epss: null, kev: null, osv: null } },
  });
  expect(input).toMatchObject({ now: NOW, later: '2026-08-03T09:00:00.000Z' });
});

test('what no database can hold of a reason or an output is replaced', async () => {
  const { engine } = engineOf((slot) => [
    answer(slot, { reasons: ['nul \u0000'], output: '{"reason":["nul \\u0000"]}' }),
  ]);
  const [answers] = await askPolicies(engine, [question({ policySet: setOf(a) })]);
  expect(answers?.results[0]).toMatchObject({ reasons: ['nul \ufffd'], output: '{"reason":["nul \\ufffd"]}' });
});
