import { describe, expect, test } from 'vitest';
import {
  AVAILABLE,
  desiredState,
  type OnError,
  type PackageState,
  type PolicyAction,
  type PolicyResult,
  type PolicyTerms,
} from './desired-state.js';
import { NOTHING_REMEMBERED, type Memory } from './memory.js';

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

const answered = (policyId: string, match: boolean): Memory => ({ [policyId]: { match, failures: 0 } });

describe('a package is available', () => {
  test.each([
    ['when there is no policy', [], []],
    ['when no policy matches', [policy('a', [sets('quarantined')])], [passes('a')]],
    ['when a policy gives no answer and no error', [policy('a', [sets('quarantined')])], [answer('a', null)]],
    ['when the only policy was not asked, being out of scope', [policy('a', [sets('quarantined')])], []],
    ['when a result belongs to a policy that is not active any more', [], [matches('a')]],
  ])('%s', (_when, terms, results) => {
    expect(desiredState(terms, results, answered('a', true))).toEqual(AVAILABLE);
  });
});

test.each([
  ['available', 'allowed'],
  ['quarantined', 'blocked'],
  ['hidden', 'blocked'],
  ['deleted', 'blocked'],
] as const)('a policy that matches sets a package %s, and its promotion is %s', (state, promotion) => {
  const desired = desiredState([policy('a', [sets(state)])], [matches('a')], NOTHING_REMEMBERED);
  expect(desired).toMatchObject({
    state,
    promotion,
    because: [{ policyId: 'a', name: 'policy a', revision: 1, asks: state }],
  });
});

describe('the policy with the higher precedence has the last word', () => {
  test.each([
    ['a quarantine is overridden by a later available', 1, 2, 'available'],
    ['a quarantine overrides an earlier available', 2, 1, 'quarantined'],
    ['at equal precedence the id decides, so that the order of the list does not', 1, 1, 'available'],
  ] as const)('%s', (_what, quarantinePrecedence, releasePrecedence, state) => {
    const terms = [
      policy('q', [sets('quarantined')], { precedence: quarantinePrecedence }),
      policy('r', [sets('available')], { precedence: releasePrecedence }),
    ];
    const results = [matches('q'), matches('r')];
    expect(desiredState(terms, results, NOTHING_REMEMBERED).state).toBe(state);
    expect(desiredState([...terms].reverse(), [...results].reverse(), NOTHING_REMEMBERED)).toEqual(
      desiredState(terms, results, NOTHING_REMEMBERED),
    );
  });

  test('every wish that was heard is named, in the order in which it was applied', () => {
    const terms = [
      policy('b', [sets('hidden')], { precedence: 2 }),
      policy('a', [sets('quarantined'), adds('x')], { precedence: 1 }),
    ];
    const { because } = desiredState(terms, [matches('a'), matches('b')], NOTHING_REMEMBERED);
    expect(because.map(({ policyId, asks }) => `${policyId}: ${asks}`)).toEqual([
      'a: quarantined',
      'a: tag x',
      'b: hidden',
    ]);
  });
});

describe('a terminal policy', () => {
  const terms = [
    policy('stop', [sets('available')], { precedence: 1, terminal: true }),
    policy('later', [sets('quarantined')], { precedence: 2 }),
  ];

  test('that matches is the last one heard', () => {
    expect(desiredState(terms, [matches('stop'), matches('later')], NOTHING_REMEMBERED).state).toBe('available');
  });

  test('that does not match lets later ones speak', () => {
    expect(desiredState(terms, [passes('stop'), matches('later')], NOTHING_REMEMBERED).state).toBe('quarantined');
  });

  test.each<OnError>(['closed', 'open', 'hold'])('that fails (%s) never silences a later quarantine', (onError) => {
    const failing = [
      policy('stop', [sets('available')], { precedence: 1, terminal: true, onError }),
      ...terms.slice(1),
    ];
    expect(desiredState(failing, [fails('stop'), matches('later')], NOTHING_REMEMBERED).state).toBe('quarantined');
  });
});

describe('a policy that fails', () => {
  test.each<[OnError, Memory, PackageState]>([
    ['closed', NOTHING_REMEMBERED, 'quarantined'],
    ['closed', answered('a', false), 'quarantined'],
    ['open', NOTHING_REMEMBERED, 'available'],
    ['open', answered('a', true), 'available'],
    ['hold', answered('a', true), 'quarantined'],
    ['hold', answered('a', false), 'available'],
    ['hold', answered('b', false), 'quarantined'],
    ['hold', { a: { match: null, failures: 3 } }, 'quarantined'],
    ['hold', { a: { match: false, failures: 3 } }, 'available'],
    ['hold', NOTHING_REMEMBERED, 'quarantined'],
  ])('%s, of which is remembered %j, leaves a package %s', (onError, memory, state) => {
    expect(desiredState([policy('a', [sets('quarantined')], { onError })], [fails('a')], memory).state).toBe(state);
  });

  test('and is called what every object has is not known by that', () => {
    const named = policy('constructor', [sets('quarantined')], { onError: 'hold' });
    expect(desiredState([named], [fails('constructor')], NOTHING_REMEMBERED).state).toBe('quarantined');
  });

  test('counts as failed even when it also gave an answer', () => {
    const both = { ...fails('a'), match: false };
    expect(desiredState([policy('a', [sets('quarantined')])], [both], NOTHING_REMEMBERED).state).toBe('quarantined');
  });
});

describe('tags are levels too', () => {
  test('they are sorted and named once', () => {
    const terms = [policy('a', [adds('z', 'b')]), policy('b', [adds('b', 'a')])];
    expect(desiredState(terms, [matches('a'), matches('b')], NOTHING_REMEMBERED).tags).toEqual(['a', 'b', 'z']);
  });

  test('a later policy can take away what an earlier one added, but not the other way round', () => {
    const results = [matches('add'), matches('remove')];
    const at = (addAt: number, removeAt: number) => [
      policy('add', [adds('x', 'y')], { precedence: addAt }),
      policy('remove', [removes('x')], { precedence: removeAt }),
    ];
    expect(desiredState(at(1, 2), results, NOTHING_REMEMBERED).tags).toEqual(['y']);
    expect(desiredState(at(2, 1), results, NOTHING_REMEMBERED).tags).toEqual(['x', 'y']);
  });

  test('a tag that nobody asks for any more is gone, whoever claimed it before', () => {
    expect(desiredState([policy('a', [adds('x')])], [passes('a')], answered('a', true)).tags).toEqual([]);
  });

  test('tags alone leave a package available and its promotion allowed', () => {
    expect(desiredState([policy('a', [adds('x')])], [matches('a')], NOTHING_REMEMBERED)).toMatchObject({
      state: 'available',
      promotion: 'allowed',
      tags: ['x'],
    });
  });
});
