import { expect, test } from 'vitest';
import type { Decision } from './decision-message.js';
import { reasonsOf } from './reasons-of.js';

const epss = { policyId: 'epss', name: 'EPSS' };
const decision = (because: Decision['data']['desired']['because'], result: Partial<Decision['data']['results'][number]>, presence: 'present' | 'deleted' = 'present'): Decision['data'] => ({
  workspace: 'acme',
  repository: { name: 'npm' },
  package: { purl: 'pkg:npm/lodash@4.17.20' },
  presence,
  desired: { state: 'quarantined', tags: [], because },
  results: [
    { policyId: 'epss', reasons: [], error: null, ...result },
    { policyId: 'other', reasons: ['matched nothing that counts'], error: null },
  ],
});

test.each([
  ['the reasons of a policy that asks for something, once', decision([epss, epss], { reasons: ['a', 'b'] }), ['EPSS: a', 'EPSS: b']],
  ['that it matches, when it gives no reason', decision([epss], {}), ['EPSS: matches']],
  ['that it could not be evaluated', decision([epss], { error: { code: 'deadline', message: 'took over 250 ms' } }), ['EPSS: could not be evaluated (deadline: took over 250 ms)']],
  ['that nothing asks for anything', decision([], {}), ['No policy asks for anything']],
  ['that the registry deleted the package', decision([], {}, 'deleted'), ['The registry deleted the package']],
])('people are told %s', (_what, data, reasons) => {
  expect(reasonsOf(data)).toEqual(reasons);
});

test('a policy that gives reasons without end does not make a message without end', () => {
  const reasons = reasonsOf(decision([epss], { reasons: Array.from({ length: 1_000 }, () => 'x'.repeat(10_000)) }));
  expect(reasons).toHaveLength(50);
  expect(reasons[0]).toHaveLength(500);
});
