import { describe, test } from 'vitest';
import { specificationOf } from '../../../../tools/testing/decider-specification.js';
import {
  activatePolicy,
  deactivatePolicy,
  revisePolicy,
  type ActivatePolicy,
  type DeactivatePolicy,
  type Refusal,
  type RevisePolicy,
} from './change-policy.js';
import {
  emptyPolicyBook,
  evolvePolicyBook,
  type PolicyActivated,
  type PolicyBook,
  type PolicyDeactivated,
  type PolicyEvent,
  type PolicyRevised,
} from './policy-book.js';

type Command = RevisePolicy | ActivatePolicy | DeactivatePolicy;

const decide = (command: Command, book: PolicyBook): readonly PolicyEvent[] | Refusal => {
  switch (command.type) {
    case 'RevisePolicy':
      return revisePolicy(command, book);
    case 'ActivatePolicy':
      return activatePolicy(command, book);
    case 'DeactivatePolicy':
      return deactivatePolicy(command, book);
  }
};

const given = specificationOf<Command, PolicyEvent, PolicyBook, Refusal>({
  decide,
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
  policySetDigest: 'sha256:set',
  activatedAt: '2026-06-14T09:00:00.000Z',
  actor: 'ada',
};
const activate = (revision: number): ActivatePolicy => ({ type: 'ActivatePolicy', revision, ...activation });
const activated = (revision: number): PolicyActivated => ({
  type: 'PolicyActivated',
  version: 1,
  data: { workspace: 'acme', revision, ...activation },
});

const deactivation = {
  policyId: 'epss',
  policySetDigest: 'sha256:empty',
  deactivatedAt: '2026-06-15T09:00:00.000Z',
  actor: null,
};
const deactivate: DeactivatePolicy = { type: 'DeactivatePolicy', ...deactivation };
const deactivated: PolicyDeactivated = {
  type: 'PolicyDeactivated',
  version: 1,
  data: { workspace: 'acme', ...deactivation },
};

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
