import type { PolicyRevisionView, PolicySummary, PolicyView } from '@weir/contracts';
import { policyScopeSchema } from '@weir/contracts';
import type { Policy, PolicyRevision } from '@weir/domain';
import type { ApiPorts } from '../api-ports.js';
import { byOf } from '../keys/key-view.js';
import { templateOfText, type PolicyLibrary } from '../policy-library/policy-library.js';
import { regoText } from '../policy-set/rego-text.js';

/** A policy with the text of every revision. */
export const policyView = async (ports: ApiPorts, policy: Policy): Promise<PolicyView> => ({
  ...identity(policy),
  revisions: await Promise.all(policy.revisions.map((revision) => revisionView(ports, revision))),
});

/** A policy in a list, without texts. */
export const policySummary = (library: PolicyLibrary | null, policy: Policy): PolicySummary | null => {
  const shown = policy.revisions.find(({ revision }) => revision === policy.activeRevision) ?? policy.revisions.at(-1);
  return shown
    ? {
        ...identity(policy),
        template: templateOf(library, shown.regoDigest),
        ...terms(shown),
        revisedAt: shown.revisedAt,
      }
    : null;
};

const identity = ({
  policyId,
  workspace,
  name,
  description,
  activeRevision,
  revisions,
  retiredAt,
  lastChange,
}: Policy) => ({
  policyId,
  workspace,
  name,
  description,
  activeRevision,
  latestRevision: revisions.at(-1)?.revision ?? 0,
  retiredAt,
  lastChange: { what: lastChange.what, at: lastChange.at, by: byOf(lastChange) },
});

const revisionView = async (ports: ApiPorts, shown: Policy['revisions'][number]): Promise<PolicyRevisionView> => ({
  revision: shown.revision,
  revisionDigest: shown.revisionDigest,
  rego: await regoText(ports, shown.regoDigest),
  regoDigest: shown.regoDigest,
  template: templateOf(ports.library, shown.regoDigest),
  ...terms(shown),
  revisedAt: shown.revisedAt,
  by: byOf(shown),
});

const terms = ({ parameters, scope, precedence, terminal, actions, onError }: PolicyRevision) => ({
  parameters: { ...parameters },
  scope: policyScopeSchema.parse(scope),
  precedence,
  terminal,
  actions: actions.map((action) =>
    action.type === 'SetPackageState' ? action : { ...action, tags: [...action.tags] },
  ),
  onError,
});

const templateOf = (library: PolicyLibrary | null, regoDigest: string): string | null =>
  templateOfText(library, regoDigest)?.name ?? null;
