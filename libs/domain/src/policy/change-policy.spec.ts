import { describe, expect, test } from 'vitest';
import { specificationOf } from '../../../../tools/testing/decider-specification.js';
import {
  changePolicy,
  nameSets,
  SET_TO_COME,
  type ActivatePolicy,
  type DeactivatePolicy,
  type PolicyCommand,
  type Refusal,
  type RetirePolicy,
  type RevisePolicy,
} from './change-policy.js';
import {
  emptyPolicyBook,
  evolvePolicyBook,
  type PolicyActivated,
  type PolicyBook,
  type PolicyDeactivated,
  type PolicyEvent,
  type PolicyRetired,
  type PolicyRevised,
} from './policy-book.js';

const given = specificationOf<PolicyCommand, PolicyEvent, PolicyBook, Refusal>({
  decide: changePolicy,
  evolve: evolvePolicyBook,
  initialState: emptyPolicyBook,
});

const content = (revisionDigest: string): RevisePolicy['content'] => ({
  revisionDigest,
  regoDigest: 'sha256:rego',
  parameters: { threshold: 0.2 },
  scope: { repositories: ['npm-production'] },
  precedence: 10,
  terminal: false,
  actions: [{ type: 'SetPackageState', state: 'quarantined' }],
  onError: 'hold',
});

const who = {
  workspace: 'acme',
  policyId: 'epss',
  name: 'EPSS',
  description: null,
  revisedAt: '2026-06-14T08:00:00.000Z',
  actor: 'ada',
};
const revise = (digest: string, more: Partial<RevisePolicy> = {}): RevisePolicy => ({
  type: 'RevisePolicy',
  ...who,
  content: content(digest),
  ...more,
});
const revised = (revision: number, digest: string, more: Partial<PolicyRevised['data']> = {}): PolicyRevised => ({
  type: 'PolicyRevised',
  version: 1,
  data: { ...who, ...content(digest), revision, ...more },
});

const activation = {
  policyId: 'epss',
  activatedAt: '2026-06-14T09:00:00.000Z',
  actor: 'ada',
};
const activate = (revision: number): ActivatePolicy => ({ type: 'ActivatePolicy', revision, ...activation });
const activated = (revision: number): PolicyActivated => ({
  type: 'PolicyActivated',
  version: 1,
  data: { workspace: 'acme', policySetDigest: SET_TO_COME, revision, ...activation },
});

const deactivation = {
  policyId: 'epss',
  deactivatedAt: '2026-06-15T09:00:00.000Z',
  actor: null,
};
const deactivate: DeactivatePolicy = { type: 'DeactivatePolicy', ...deactivation };
const deactivated: PolicyDeactivated = {
  type: 'PolicyDeactivated',
  version: 1,
  data: { workspace: 'acme', policySetDigest: SET_TO_COME, ...deactivation },
};

const retirement = { policyId: 'epss', retiredAt: '2026-06-16T09:00:00.000Z', actor: 'ada' };
const retire: RetirePolicy = { type: 'RetirePolicy', ...retirement };
const retired: PolicyRetired = { type: 'PolicyRetired', version: 1, data: { workspace: 'acme', ...retirement } };

describe('revising a policy', () => {
  test('creates it with revision 1', () => given().when(revise('sha256:a')).then(revised(1, 'sha256:a')));

  test('numbers further revisions without gaps', () =>
    given(revised(1, 'sha256:a'), revised(2, 'sha256:b')).when(revise('sha256:c')).then(revised(3, 'sha256:c')));

  test('with what is the latest revision already changes nothing', () =>
    given(revised(1, 'sha256:a')).when(revise('sha256:a')).thenNothing());

  test('back to an older content is a new revision: the past stays as it was', () =>
    given(revised(1, 'sha256:a'), revised(2, 'sha256:b')).when(revise('sha256:a')).then(revised(3, 'sha256:a')));

  test.each([
    ['name', { name: 'EPSS at or over 0.2' }],
    ['description', { description: 'Quarantines what is likely to be exploited' }],
  ])('with another %s alone is a new revision', (_field, change) =>
    given(revised(1, 'sha256:a'))
      .when(revise('sha256:a', change))
      .then(revised(2, 'sha256:a', change)),
  );

  test('is refused under the name of another policy of the workspace', () =>
    given(revised(1, 'sha256:a'))
      .when(revise('sha256:b', { policyId: 'other' }))
      .thenRefused({ refused: 'name_taken' }));

  test.each([
    ['in case', 'Epss'],
    ['in width', 'ＥＰＳＳ'],
    ['in spaces', ' EPSS'],
    ['in a letter that folds to the same', 'EPSſ'],
  ])('is refused under a name that differs from another one only %s', (_how, name) =>
    given(revised(1, 'sha256:a'))
      .when(revise('sha256:b', { policyId: 'other', name }))
      .thenRefused({ refused: 'name_taken' }),
  );

  test('may write its own name in another way', () =>
    given(revised(1, 'sha256:a'))
      .when(revise('sha256:a', { name: 'Epss' }))
      .then(revised(2, 'sha256:a', { name: 'Epss' })));

  test('goes on under a name that a version before let stand beside a similar one', () =>
    given(revised(1, 'sha256:a'), revised(1, 'sha256:b', { policyId: 'other', name: 'epss' }))
      .when(revise('sha256:c', { policyId: 'other', name: 'epss' }))
      .then(revised(2, 'sha256:c', { policyId: 'other', name: 'epss' })));

  test('may use a name that another workspace uses', () =>
    given(revised(1, 'sha256:a'))
      .when(revise('sha256:b', { policyId: 'other', workspace: 'umbrella' }))
      .then(revised(1, 'sha256:b', { policyId: 'other', workspace: 'umbrella' })));

  test('leaves the active revision active', () =>
    given(revised(1, 'sha256:a'), activated(1), revised(2, 'sha256:b'))
      .when(activate(1))
      .thenRefused({ refused: 'already_active' }));
});

describe('activating a policy', () => {
  test('names the revision and the set that is active from now on', () =>
    given(revised(1, 'sha256:a')).when(activate(1)).then(activated(1)));

  test('moves from one revision to another, also back', () =>
    given(revised(1, 'sha256:a'), revised(2, 'sha256:b'), activated(2)).when(activate(1)).then(activated(1)));

  test('is refused for a policy that does not exist', () =>
    given().when(activate(1)).thenRefused({ refused: 'no_such_policy' }));

  test('is refused for a revision that does not exist, and tells the latest', () =>
    given(revised(1, 'sha256:a'))
      .when(activate(2))
      .thenRefused({ refused: 'no_such_revision', message: 'Policy epss has no revision 2; its latest is 1.' }));

  test('is refused when the revision is active already', () =>
    given(revised(1, 'sha256:a'), activated(1)).when(activate(1)).thenRefused({ refused: 'already_active' }));
});

describe('deactivating a policy', () => {
  test('ends it and names the set that remains', () =>
    given(revised(1, 'sha256:a'), activated(1)).when(deactivate).then(deactivated));

  test('is refused for a policy that does not exist', () =>
    given().when(deactivate).thenRefused({ refused: 'no_such_policy' }));

  test.each([
    ['never was active', [revised(1, 'sha256:a')]],
    ['was deactivated before', [revised(1, 'sha256:a'), activated(1), deactivated]],
  ])('is refused when it %s', (_what, past: readonly PolicyEvent[]) =>
    given(...past)
      .when(deactivate)
      .thenRefused({ refused: 'not_active' }),
  );

  test('leaves it ready to be activated again', () =>
    given(revised(1, 'sha256:a'), activated(1), deactivated).when(activate(1)).then(activated(1)));
});

describe('retiring a policy', () => {
  test('puts it away', () => given(revised(1, 'sha256:a')).when(retire).then(retired));

  test('is refused while it is active', () =>
    given(revised(1, 'sha256:a'), activated(1)).when(retire).thenRefused({ refused: 'still_active' }));

  test('is refused for a policy that does not exist', () =>
    given().when(retire).thenRefused({ refused: 'no_such_policy' }));

  test.each<[string, PolicyCommand]>([
    ['retired again', retire],
    ['activated', activate(1)],
    ['revised', revise('sha256:b')],
  ])('is for good: it cannot be %s', (_what, command) =>
    given(revised(1, 'sha256:a'), retired).when(command).thenRefused({ refused: 'retired' }),
  );

  test('frees its name, and not its id', () =>
    given(revised(1, 'sha256:a'), retired)
      .when(revise('sha256:b', { policyId: 'epss-2' }))
      .then(revised(1, 'sha256:b', { policyId: 'epss-2' })));
});

describe('the set that changes lead to', () => {
  test('is named in every one of them by its workspace, and in no other event', () => {
    const digests = new Map([['acme', 'sha256:after']]);
    expect(nameSets([revised(1, 'sha256:a'), activated(1), deactivated, retired], digests)).toEqual([
      revised(1, 'sha256:a'),
      { ...activated(1), data: { ...activated(1).data, policySetDigest: 'sha256:after' } },
      { ...deactivated, data: { ...deactivated.data, policySetDigest: 'sha256:after' } },
      retired,
    ]);
  });

  test('must have a name', () => {
    expect(() => nameSets([activated(1)], new Map([['other', 'sha256:after']]))).toThrow('acme');
  });
});
