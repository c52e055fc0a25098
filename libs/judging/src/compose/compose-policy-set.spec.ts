import { policySetSchema } from '@weir/contracts';
import { evolvePolicyBook, emptyPolicyBook, type PolicyBook, type PolicyRevision } from '@weir/domain';
import { describe, expect, test } from 'vitest';
import { activePoliciesAfter } from './active-policies.js';
import { canonicalDocument } from './canonical-document.js';
import { composeFromLibrary, composeFromModule, emptyPolicySet } from './compose-policy-set.js';

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
const NOTHING = { policyId: 'none', activeRevision: null };

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
  const ids = (change: { policyId: string; activeRevision: number | null }) =>
    activePoliciesAfter(book, 'default', change).map(({ policyId }) => policyId);

  test('stand in order of precedence, ties by id, without those of other workspaces', () =>
    expect(ids(NOTHING)).toEqual(['first', 'a', 'b']));
  test('are those of the active revision, not the latest', () =>
    expect(activePoliciesAfter(book, 'default', NOTHING)[0]?.revision.revision).toBe(1));
  test('change with the revision that is to be active', () =>
    expect(ids({ policyId: 'first', activeRevision: 2 })).toEqual(['a', 'b', 'first']));
  test('lose the one that is deactivated', () =>
    expect(ids({ policyId: 'a', activeRevision: null })).toEqual(['first', 'b']));
});

describe('a set of library policies', () => {
  const active = (policyId: string, regoDigest: string, more: Partial<PolicyRevision> = {}) => ({
    policyId,
    name: policyId,
    revision: { revision: 1, ...content(regoDigest, 100, more) },
  });

  test('names the library module and gives each policy with the same text a slot of its own', () => {
    const set = composeFromLibrary(
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
    expect(composeFromLibrary('default', [active('own', 'sha256:own')], library)).toBeNull();
    expect(composeFromLibrary('default', [active('own', 'constructor')], library)).toBeNull();
    expect(
      composeFromLibrary(
        'default',
        ['a', 'b', 'c'].map((id) => active(id, EPSS)),
        library,
      ),
    ).toBeNull();
    expect(composeFromLibrary('default', [active('a', EPSS)], null)).toBeNull();
  });

  test('compiled apart, asks each policy by its id, and reads everything when nothing is known of what it reads', () => {
    const set = composeFromModule('default', [active('no-gpl-2', GPL)], { digest: 'sha256:m', reads: {} });
    expect(set.policies[0]).toMatchObject({ slot: 'no_gpl_2', reads: { inputPaths: ['*'], clock: true } });
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
