import { expect, test } from 'vitest';
import { answer, DEADLINE, failure } from '../../../tools/testing/judgement-commands.js';
import { saidOf } from './said-of.js';

const usual = [answer(true), answer(false, { policyId: 'b', reasons: ['No score yet'] })];

test.each([
  ['another policy', [answer(true, { policyId: 'other' }), usual[1]]],
  ['another revision', [answer(true, { revision: 2 }), usual[1]]],
  ['another answer', [answer(null, { reasons: ['CVE-2021-23337 has EPSS 0.213'] }), usual[1]]],
  ['another reason', [answer(true, { reasons: ['CVE-2026-1 has EPSS 0.3'] }), usual[1]]],
  ['a fault', [failure({ reasons: ['CVE-2021-23337 has EPSS 0.213'] }), usual[1]]],
  ['one less that speaks', [usual[0]]],
  ['one more that speaks', [...usual, answer(null, { policyId: 'c' })]],
])('%s is something else that is said', (_what, results) => {
  expect(saidOf(results.flatMap((result) => result ?? []))).not.toBe(saidOf(usual));
});

test.each([
  ['silent policies', [answer(false, { policyId: 'silent' }), ...usual]],
  ['another output', usual.map((result) => ({ ...result, output: '{"at":"12:00:01"}' }))],
  ['another name', usual.map((result) => ({ ...result, name: 'renamed' }))],
])('%s are not said', (_what, results) => {
  expect(saidOf(results)).toBe(saidOf(usual));
});

test('two codes of a fault are not the same, the words of one are', () => {
  const failed = (error: typeof DEADLINE) => saidOf([failure({ error })]);
  expect(failed({ code: 'deadline_exceeded', message: 'took 251 ms' })).toBe(failed(DEADLINE));
  expect(failed({ code: 'suspended', message: 'took over 250 ms' })).not.toBe(failed(DEADLINE));
});

test('who says nothing says the same as nobody', () => {
  expect(saidOf([answer(false), answer(false, { policyId: 'b' })])).toBe(saidOf([]));
  expect(saidOf([])).toMatch(/^sha256:[0-9a-f]{64}$/);
});
