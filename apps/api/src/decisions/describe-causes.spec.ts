import { expect, test } from 'vitest';
import { changesOf } from './describe-causes.js';

const policy = (name: string, revision: number) => ({ policyId: name.toLowerCase(), name, revision });

test.each([
  [[], [policy('EPSS', 2)], 'EPSS, revision 2 activated'],
  [[policy('EPSS', 1)], [policy('EPSS', 2)], 'EPSS, revision 2 activated'],
  [[policy('EPSS', 2)], [], 'EPSS deactivated'],
  [
    [policy('A', 1), policy('EPSS', 1)],
    [policy('A', 2), policy('EPSS', 2)],
    'EPSS, revision 2 activated; A, revision 2 activated',
  ],
  [[policy('EPSS', 1)], [policy('EPSS', 1)], 'policies were changed'],
  [
    ['a', 'b', 'c', 'd', 'e'].map((name) => policy(name, 1)),
    [],
    'a deactivated; b deactivated; c deactivated; and 2 more changes of policies',
  ],
])('of %j and %j is said what changed, what spoke first', (was, is, sentence) => {
  expect(changesOf(was, is, new Set(['epss']))).toBe(sentence);
});
