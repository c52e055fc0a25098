import { isInScope } from '@weir/domain';
import { describe, expect, test } from 'vitest';
import {
  activePolicy,
  randomRepository,
  randomSet,
  repository,
  setOf,
} from '../../../tools/testing/policies-for-tests.js';
import { forEachSeed } from '../../../tools/testing/random-cases.js';
import { policiesInScope } from './policies-in-scope.js';

test('whatever was asked before, those in scope of the repository are found, in the order of the set', () => {
  forEachSeed(200, (chance) => {
    const policySet = randomSet(chance);
    for (let asked = 0; asked < 30; asked += 1) {
      const where = randomRepository(chance);
      expect(policiesInScope(policySet, where).policies).toEqual(
        policySet.set.policies.filter(({ scope }) => isInScope(scope, where)),
      );
    }
  });
});

test('of more repositories than are remembered each has its own', () => {
  const policySet = setOf(
    activePolicy({ policyId: 'all' }),
    activePolicy({ policyId: 'some', scope: { repositories: ['r-7', 'r-10500'] } }),
  );
  for (let number = 0; number < 12_000; number += 1) {
    const asked = policiesInScope(policySet, repository({ name: `r-${number}` })).policies.map(
      ({ policyId }) => policyId,
    );
    if (asked.length !== (number === 7 || number === 10_500 ? 2 : 1)) expect([number, asked]).toEqual([]);
  }
  expect(policiesInScope(policySet, repository({ name: 'r-7' })).policies).toHaveLength(2);
});

describe('what is worked out once', () => {
  const policySet = setOf(activePolicy(), activePolicy({ policyId: 'prod', scope: { environments: ['production'] } }));

  test('is the same object for all packages of a repository, and for repositories of which the same are asked', () => {
    const first = policiesInScope(policySet, repository());
    expect(policiesInScope(policySet, repository())).toBe(first);
    expect(policiesInScope(policySet, repository({ name: 'other' }))).toBe(first);
    expect(policiesInScope(policySet, repository({ environment: 'production' }))).not.toBe(first);
  });

  test('is named alike in another set that says the same', () => {
    const other = setOf(activePolicy(), activePolicy({ policyId: 'gone', scope: { teams: ['x'] } }));
    expect(policiesInScope(other, repository()).digest).toBe(policiesInScope(policySet, repository()).digest);
  });
});

test.each<[readonly string[], readonly string[]]>([
  [['v0.vulnerabilities'], []],
  [['v1.freshness.epss.loadedAt'], ['epss']],
  [
    ['v1.freshness.osv', 'v1.freshness.kev'],
    ['kev', 'osv'],
  ],
  [['v1.freshness'], ['epss', 'kev', 'osv']],
  [['v1.freshness.*.loadedAt'], ['epss', 'kev', 'osv']],
  [['v1'], ['epss', 'kev', 'osv']],
  [['*'], ['epss', 'kev', 'osv']],
])('who reads %j reads when these feeds were loaded: %j', (inputPaths, feeds) => {
  const reader = activePolicy({ reads: { inputPaths: [...inputPaths], clock: false, builtins: [] } });
  expect(policiesInScope(setOf(reader), repository()).feedsRead).toEqual(feeds);
});
