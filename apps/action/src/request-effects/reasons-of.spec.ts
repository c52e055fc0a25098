import { expect, test } from 'vitest';
import type { Decision } from './decision-message.js';
import { reasonsOf } from './reasons-of.js';

const epss = { policyId: 'epss', name: 'EPSS' };
const decision = (
  because: Decision['data']['desired']['because'],
  result: Partial<Decision['data']['results'][number]>,
): Decision['data'] => ({
  workspace: 'acme',
  repository: { name: 'npm' },
  package: { purl: 'pkg:npm/lodash@4.17.20' },
  presence: 'present',
  desired: { state: 'quarantined', tags: [], because },
  results: [
    { policyId: 'epss', reasons: [], error: null, ...result },
    { policyId: 'other', reasons: ['matched nothing that counts'], error: null },
  ],
});

test('an endpoint is told what the decision is owed to', () => {
  expect(reasonsOf(decision([epss], { reasons: ['a'] }))).toEqual(['EPSS: a']);
  expect(reasonsOf(decision([epss], { error: { code: 'deadline', message: 'took over 250 ms' } }))).toEqual([
    'EPSS: could not be evaluated (deadline: took over 250 ms)',
  ]);
});

test('a policy that gives reasons without end does not make a message without end', () => {
  const reasons = reasonsOf(decision([epss], { reasons: Array.from({ length: 1_000 }, () => 'x'.repeat(10_000)) }));
  expect(reasons).toHaveLength(50);
  expect(reasons[0]).toHaveLength(500);
});
