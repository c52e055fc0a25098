import { policySetSchema } from '@weir/contracts';
import { evolvePolicyBook, emptyPolicyBook, type PolicyBook, type PolicyRevision } from '@weir/domain';
import { describe, expect, test } from 'vitest';
import { activePolicies } from './active-policies.js';
import { canonicalDocument } from './canonical-document.js';
import { composeFromParts, emptyPolicySet, partsOfModule, partsOfSet } from './compose-policy-set.js';

const content = (
  regoDigest: string,
  precedence: number,
  more: Partial<PolicyRevision> = {},
): Omit<PolicyRevision, 'revision'> => ({
  revisionDigest: `digest of ${regoDigest}`,
  regoDigest,
  parameters: {},
  scope: {},
  precedence,
  terminal: false,
  actions: [],
  onError: 'closed',
  ...more,
});

const saved = (
  book: PolicyBook,
  policyId: string,
  revision: number,
  of: Omit<PolicyRevision, 'revision'>,
  workspace = 'default',
): PolicyBook =>
  evolvePolicyBook(book, {
    type: 'PolicyRevised',
    version: 1,
    data: {
      workspace,
      policyId,
      name: policyId,
      description: null,
      revisedAt: '2026-06-14T00:00:00.000Z',
      actor: null,
      revision,
      ...of,
    },
  });

const activated = (book: PolicyBook, policyId: string, revision: number, workspace = 'default'): PolicyBook =>
  evolvePolicyBook(book, {
    type: 'PolicyActivated',
    version: 1,
    data: { workspace, policyId, revision, policySetDigest: '', activatedAt: '2026-06-14T00:00:00.000Z', actor: null },
  });

const EPSS = 'sha256:epss';
const GPL = 'sha256:gpl';
const place = (slot: string, path: string) => ({ slot, reads: { inputPaths: [path], clock: false, builtins: [] } });
const library = {
  digest: 'sha256:module',
  slots: {
    [EPSS]: [place('epss_1', 'v0.vulnerabilities.epss.score'), place('epss_2', 'v0.vulnerabilities.epss.score')],
    [GPL]: [place('gpl_1', 'v0.license')],
  },
};
const deactivated = (book: PolicyBook, policyId: string): PolicyBook =>
  evolvePolicyBook(book, {
    type: 'PolicyDeactivated',
    version: 1,
    data: {
      workspace: 'default',
      policyId,
      policySetDigest: '',
      deactivatedAt: '2026-06-14T00:00:00.000Z',
      actor: null,
    },
  });

describe('the active policies of a workspace', () => {
  const book = [
    (b: PolicyBook) => saved(b, 'b', 1, content(GPL, 100)),
    (b: PolicyBook) => saved(b, 'a', 1, content(EPSS, 100)),
    (b: PolicyBook) => saved(b, 'first', 1, content(EPSS, 5)),
    (b: PolicyBook) => saved(b, 'first', 2, content(EPSS, 900)),
    (b: PolicyBook) => saved(b, 'elsewhere', 1, content(GPL, 1), 'other'),
    (b: PolicyBook) =>
      ['b', 'a', 'first'].reduce((each, id) => activated(each, id, 1), activated(b, 'elsewhere', 1, 'other')),
  ].reduce((folded, step) => step(folded), emptyPolicyBook);
  const ids = (of: PolicyBook) => activePolicies(of, 'default').map(({ policyId }) => policyId);

  test('stand in order of precedence, ties by id, without those of other workspaces', () =>
    expect(ids(book)).toEqual(['first', 'a', 'b']));
  test('are those of the active revision, not the latest', () =>
    expect(activePolicies(book, 'default')[0]?.revision.revision).toBe(1));
  test('change with the revision that is active', () =>
    expect(ids(activated(book, 'first', 2))).toEqual(['a', 'b', 'first']));
  test('lose the one that is deactivated', () => expect(ids(deactivated(book, 'a'))).toEqual(['first', 'b']));
});

describe('a set of library policies', () => {
  const active = (policyId: string, regoDigest: string, more: Partial<PolicyRevision> = {}) => ({
    policyId,
    name: policyId,
    revision: { revision: 1, ...content(regoDigest, 100, more) },
  });

  test('names the library module and gives each policy with the same text a slot of its own', () => {
    const set = composeFromParts(
      'default',
      [active('strict', EPSS, { parameters: { threshold: 0.005 } }), active('gpl', GPL), active('lax', EPSS)],
      library,
    );
    expect(set?.module).toEqual({ wasmDigest: library.digest });
    expect(set?.policies.map(({ slot }) => slot)).toEqual(['epss_1', 'gpl_1', 'epss_2']);
    expect(set?.policies[0]).toMatchObject({
      parameters: { threshold: 0.005 },
      reads: { inputPaths: ['v0.vulnerabilities.epss.score'], clock: false },
    });
    expect(policySetSchema.parse(set)).toEqual(set);
  });

  test('needs the compiler once a text is not in the library, or more policies share it than there are slots', () => {
    expect(composeFromParts('default', [active('own', 'sha256:own')], library)).toBeNull();
    expect(composeFromParts('default', [active('own', 'constructor')], library)).toBeNull();
    expect(
      composeFromParts(
        'default',
        ['a', 'b', 'c'].map((id) => active(id, EPSS)),
        library,
      ),
    ).toBeNull();
    expect(composeFromParts('default', [active('a', EPSS)], null)).toBeNull();
  });

  test('compiled apart, asks each policy by its id, and reads everything when nothing is known of what it reads', () => {
    const policies = [active('no-gpl-2', GPL)];
    const set = composeFromParts('default', policies, partsOfModule(policies, { digest: 'sha256:m', reads: {} }));
    expect(set?.policies[0]).toMatchObject({ slot: 'no_gpl_2', reads: { inputPaths: ['*'], clock: true } });
  });

  test('goes on without some of its policies in the module that it has', () => {
    const all = [active('a', 'sha256:own'), active('b', GPL), active('c', GPL), active('d', EPSS)];
    const reads = { a: place('a', 'v0.name').reads, c: place('c', 'v0.license').reads };
    const set = composeFromParts('default', all, partsOfModule(all, { digest: 'sha256:m', reads }));
    if (!set) throw new Error('no set');
    for (const rest of [all.slice(1), all.slice(0, 1), [all[0], all[2]].flatMap((one) => one ?? [])]) {
      const without = composeFromParts('default', rest, partsOfSet(set, all));
      expect(without?.module).toEqual({ wasmDigest: 'sha256:m' });
      expect(without?.policies.map(({ policyId }) => policyId)).toEqual(rest.map(({ policyId }) => policyId));
      for (const { policyId, slot } of without?.policies ?? [])
        expect(['b', 'c'].includes(policyId) ? ['b', 'c'] : [policyId]).toContain(slot);
    }
    expect(composeFromParts('default', [active('own', EPSS), active('d', EPSS)], partsOfSet(set, all))).toBeNull();
    expect(partsOfSet(emptyPolicySet('default'), [])).toBeNull();
  });

  test('holds nothing of a policy whose active revision is another by now', () => {
    const all = [active('a', EPSS)];
    const set = composeFromParts('default', all, library);
    const later = [{ policyId: 'a', name: 'a', revision: { revision: 2, ...content(GPL, 100) } }];
    expect(set && partsOfSet(set, later)).toEqual({ digest: library.digest, slots: {} });
  });

  test.each([
    [['gem'], ['gem', 'ruby']],
    [
      ['pypi', 'python'],
      ['pypi', 'python'],
    ],
    [['docker'], ['docker', 'oci']],
    [['npm'], ['npm']],
  ])('a scope of the formats %j is about those called %j', (formats, meant) => {
    const set = composeFromParts('default', [active('a', GPL, { scope: { formats } })], library);
    expect(set?.policies[0]?.scope).toEqual({ formats: meant });
  });

  test('is named by its canonical JSON: the same set has the same digest, however it was made', () => {
    const reversed = (value: object) => Object.fromEntries(Object.entries(value).reverse());
    expect(canonicalDocument('policy-set', reversed(emptyPolicySet('default')))).toEqual(
      canonicalDocument('policy-set', emptyPolicySet('default')),
    );
    expect(Buffer.from(canonicalDocument('policy-set', emptyPolicySet('default')).bytes).toString()).toBe(
      '{"module":null,"policies":[],"workspace":"default"}',
    );
  });
});
