import { policyDraftSchema, type PolicyContent, type PolicyDraft } from '@weir/contracts';
import type { PolicyRevision } from '@weir/domain';
import { canonicalDocument } from '@weir/judging';
import { digestOf } from '@weir/postgres';
import { templateOfText, type PolicyLibrary, type PolicyTemplate } from '../policy-library/policy-library.js';
import { refuseParameters } from '../policy-library/refuse-parameters.js';
import type { PolicyRefusal } from '../refusals/policy-refusal.js';

/** A draft with nothing left open. */
export interface CompleteDraft {
  readonly draft: PolicyDraft;
  readonly content: Omit<PolicyRevision, 'revision'>;
  /** The policy of the library with this very text; such a text was checked and compiled by CI. */
  readonly template: PolicyTemplate | null;
}

/** Fills what was left out from the named template, or with the defaults, and names the revision by its digest. */
export const completeDraft = (given: PolicyContent, library: PolicyLibrary | null): CompleteDraft | PolicyRefusal => {
  const { template: named, ...own } = given;
  const base = named === undefined ? null : (library?.templates.find(({ name }) => name === named) ?? null);
  if (named !== undefined && !base)
    return { refused: 'unknown_template', message: `The library has no policy ${JSON.stringify(named)}.` };
  const draft = policyDraftSchema.parse(
    base ? { ...fromTemplate(base), ...own, parameters: { ...base.parameters, ...own.parameters } } : own,
  );
  const regoDigest = digestOf(draft.rego);
  const template = base ?? templateOfText(library, regoDigest);
  const errors = [
    ...refuseDigests(draft.parameters),
    ...(template ? refuseParameters(template, draft.parameters) : []),
  ];
  const [first] = errors;
  if (first) return { refused: 'parameters_refused', message: `${first.pointer} ${first.detail}.`, errors };
  return { draft, content: contentOf(draft, regoDigest), template };
};

/** Whatever an event names under such a key must be stored as evidence, or `weir log verify` finds it missing. */
const NAMES_EVIDENCE = /"(\w*Digest)":"sha256:[0-9a-f]{64}"/;

const refuseDigests = (
  parameters: Readonly<Record<string, unknown>>,
): readonly { readonly pointer: string; readonly detail: string }[] => {
  const [, key] = NAMES_EVIDENCE.exec(JSON.stringify(parameters)) ?? [];
  return key === undefined
    ? []
    : [
        {
          pointer: '/parameters',
          detail: `names a digest ${key}, a name kept for evidence of the log: let the name not end in Digest`,
        },
      ];
};

const fromTemplate = ({
  title,
  description,
  rego,
  scope,
  precedence,
  terminal,
  actions,
  onError,
}: PolicyTemplate): Record<string, unknown> => ({
  name: title,
  description,
  rego,
  scope,
  precedence,
  terminal,
  actions,
  onError,
});

const contentOf = (
  { parameters, scope, precedence, terminal, actions, onError }: PolicyDraft,
  regoDigest: string,
): CompleteDraft['content'] => {
  const terms = { regoDigest, parameters, scope, precedence, terminal, actions, onError };
  return { revisionDigest: canonicalDocument('policy-revision', terms).digest, ...terms };
};
