import { describe, expect, test } from 'vitest';
import { AVAILABLE, desiredState, type OnError, type PackageState, type PolicyAction, type PolicyResult, type PolicyTerms } from './desired-state.js';

const sets = (state: PackageState): PolicyAction => ({ type: 'SetPackageState', state });
const adds = (...tags: string[]): PolicyAction => ({ type: 'AddPackageTags', tags });
const removes = (...tags: string[]): PolicyAction => ({ type: 'RemovePackageTags', tags });

const policy = (policyId: string, actions: readonly PolicyAction[], more: Partial<PolicyTerms> = {}): PolicyTerms => ({
  policyId,
  precedence: 10,
  terminal: false,
  onError: 'closed',
  ...more,
  actions,
});

const answer = (policyId: string, match: boolean | null, error: PolicyResult['error'] = null): PolicyResult => ({
  policyId,
  name: `policy ${policyId}`,
  revision: 1,
  match,
  reasons: [],
  output: '{}',
  error,
});
const matches = (policyId: string) => answer(policyId, true);
const passes = (policyId: string) => answer(policyId, false);
const fails = (policyId: string) => answer(policyId, null, { code: 'deadline', message: 'took over 250 ms' });

describe('a package is available', () => {
  test.each([
    ['when there is no policy', [], []],
    ['when no policy matches', [policy('a', [sets('quarantined')])], [passes('a')]],
    ['when a policy gives no answer and no error', [policy('a', [sets('quarantined')])], [answer('a', null)]],
    ['when the only policy was not asked, being out of scope', [policy('a', [sets('quarantined')])], []],
    ['when a result belongs to a policy that is not active any more', [], [matches('a')]],
  ])('%s', (_when, terms, results) => {
    expect(desiredState(terms, results, ['a'])).toEqual(AVAILABLE);
  });
});

test.each([
  ['available', 'allowed'],
  ['quarantined', 'blocked'],
  ['hidden', 'blocked'],
  ['deleted', 'blocked'],
] as const)('a policy that matches sets a package %s, and its promotion is %s', (state, promotion) => {
  const desired = desiredState([policy('a', [sets(state)])], [matches('a')], null);
  expect(desired).toMatchObject({ state, promotion, because: [{ policyId: 'a', name: 'policy a', revision: 1, asks: state }] });
});

describe('the policy with the higher precedence has the last word', () => {
  test.each([
    ['a quarantine is overridden by a later available', 1, 2, 'available'],
    ['a quarantine overrides an earlier available', 2, 1, 'quarantined'],
    ['at equal precedence the id decides, so that the order of the list does not', 1, 1, 'available'],
  ] as const)('%s', (_what, quarantinePrecedence, releasePrecedence, state) => {
    const terms = [policy('q', [sets('quarantined')], { precedence: quarantinePrecedence }), policy('r', [sets('available')], { precedence: releasePrecedence })];
    const results = [matches('q'), matches('r')];
    expect(desiredState(terms, results, null).state).toBe(state);
    expect(desiredState([...terms].reverse(), [...results].reverse(), null)).toEqual(desiredState(terms, results, null));
  });

  test('every wish that was heard is named, in the order in which it was applied', () => {
    const terms = [policy('b', [sets('hidden')], { precedence: 2 }), policy('a', [sets('quarantined'), adds('x')], { precedence: 1 })];
    const { because } = desiredState(terms, [matches('a'), matches('b')], null);
    expect(because.map(({ policyId, asks }) => `${policyId}: ${asks}`)).toEqual(['a: quarantined', 'a: tag x', 'b: hidden']);
  });
});

describe('a terminal policy', () => {
  const terms = [policy('stop', [sets('available')], { precedence: 1, terminal: true }), policy('later', [sets('quarantined')], { precedence: 2 })];

  test('that matches is the last one heard', () => {
    expect(desiredState(terms, [matches('stop'), matches('later')], null).state).toBe('available');
  });

  test('that does not match lets later ones speak', () => {
    expect(desiredState(terms, [passes('stop'), matches('later')], null).state).toBe('quarantined');
  });

  test.each<OnError>(['closed', 'open', 'hold'])('that fails (%s) never silences a later quarantine', (onError) => {
    const failing = [policy('stop', [sets('available')], { precedence: 1, terminal: true, onError }), ...terms.slice(1)];
    expect(desiredState(failing, [fails('stop'), matches('later')], null).state).toBe('quarantined');
  });
});

describe('a policy that fails', () => {
  test.each([
    ['closed', null, 'quarantined'],
    ['closed', [], 'quarantined'],
    ['open', null, 'available'],
    ['open', ['a'], 'available'],
    ['hold', ['a'], 'quarantined'],
    ['hold', ['b'], 'available'],
    ['hold', [], 'available'],
    ['hold', null, 'quarantined'],
  ] as const)('%s, when %j had asked for something before, leaves a package %s', (onError, claimedBefore, state) => {
    expect(desiredState([policy('a', [sets('quarantined')], { onError })], [fails('a')], claimedBefore).state).toBe(state);
  });

  test('counts as failed even when it also gave an answer', () => {
    const both = { ...fails('a'), match: false };
    expect(desiredState([policy('a', [sets('quarantined')])], [both], null).state).toBe('quarantined');
  });
});

describe('tags are levels too', () => {
  test('they are sorted and named once', () => {
    const terms = [policy('a', [adds('z', 'b')]), policy('b', [adds('b', 'a')])];
    expect(desiredState(terms, [matches('a'), matches('b')], null).tags).toEqual(['a', 'b', 'z']);
  });

  test('a later policy can take away what an earlier one added, but not the other way round', () => {
    const results = [matches('add'), matches('remove')];
    const at = (addAt: number, removeAt: number) => [policy('add', [adds('x', 'y')], { precedence: addAt }), policy('remove', [removes('x')], { precedence: removeAt })];
    expect(desiredState(at(1, 2), results, null).tags).toEqual(['y']);
    expect(desiredState(at(2, 1), results, null).tags).toEqual(['x', 'y']);
  });

  test('a tag that nobody asks for any more is gone, whoever claimed it before', () => {
    expect(desiredState([policy('a', [adds('x')])], [passes('a')], ['a']).tags).toEqual([]);
  });

  test('tags alone leave a package available and its promotion allowed', () => {
    expect(desiredState([policy('a', [adds('x')])], [matches('a')], null)).toMatchObject({ state: 'available', promotion: 'allowed', tags: ['x'] });
  });
});
