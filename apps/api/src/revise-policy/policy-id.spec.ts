import { emptyPolicyBook, type PolicyBook } from '@weir/domain';
import { expect, test } from 'vitest';
import { policyIdFor } from './policy-id.js';

const bookOf = (...ids: readonly string[]): PolicyBook => ({
  ...emptyPolicyBook,
  policies: Object.fromEntries(
    ids.map((policyId) => [
      policyId,
      {
        policyId,
        workspace: 'default',
        name: policyId,
        description: null,
        revisions: [],
        activeRevision: null,
        retiredAt: null,
        lastChange: { what: 'revised', at: '2026-06-14T08:00:00.000Z', actor: null },
      },
    ]),
  ),
});

test.each([
  ['EPSS over threshold', 'epss-over-threshold'],
  ['  CVSS ≥ 9.0 (7 days)!', 'cvss-9-0-7-days'],
  ['Prüfung der Größe', 'prufung-der-gro-e'],
  ['許可', 'policy'],
  ['__proto__', 'proto'],
  ['a'.repeat(100), 'a'.repeat(60)],
])('%s gets the id %s', (name, id) => expect(policyIdFor(name, emptyPolicyBook)).toBe(id));

test('a taken id gets the next free number', () => expect(policyIdFor('GPL', bookOf('gpl', 'gpl-2'))).toBe('gpl-3'));
test('no policy is called as what every object has', () =>
  expect(policyIdFor('constructor', emptyPolicyBook)).toBe('constructor-2'));
