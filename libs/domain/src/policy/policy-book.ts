import type { OnError, PolicyAction } from '../decision/desired-state.js';
import type { AskedBy } from '../key/principal.js';
import type { PolicyScope } from './policy-scope.js';

/** What a revision is made of; it never changes and is named by `revisionDigest`. The Rego text lies in the evidence. */
export interface PolicyRevision {
  readonly revision: number;
  readonly revisionDigest: string;
  readonly regoDigest: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly scope: PolicyScope;
  readonly precedence: number;
  readonly terminal: boolean;
  readonly actions: readonly PolicyAction[];
  readonly onError: OnError;
}

/** What was changed together was appended at once, and no package was judged by a part of it. */
interface ChangedTogether {
  /** Names the change set; absent from what was changed alone. */
  readonly changeSet?: string;
}

/** A policy got its first or a further revision. */
export interface PolicyRevised {
  readonly type: 'PolicyRevised';
  readonly version: 1;
  readonly data: {
    readonly workspace: string;
    readonly policyId: string;
    readonly name: string;
    readonly description: string | null;
    readonly revisedAt: string;
  } & PolicyRevision &
    ChangedTogether &
    AskedBy;
}

/**
 * From here on packages are judged by this revision too. `policySetDigest` names all that is active once everything that
 * was appended together is read: a state between is never in force.
 */
export interface PolicyActivated {
  readonly type: 'PolicyActivated';
  readonly version: 1;
  readonly data: {
    readonly workspace: string;
    readonly policyId: string;
    readonly revision: number;
    readonly policySetDigest: string;
    readonly activatedAt: string;
  } & ChangedTogether &
    AskedBy;
}

/** No package is judged by the policy from here on. `policySetDigest` as of PolicyActivated. */
export interface PolicyDeactivated {
  readonly type: 'PolicyDeactivated';
  readonly version: 1;
  readonly data: {
    readonly workspace: string;
    readonly policyId: string;
    readonly policySetDigest: string;
    readonly deactivatedAt: string;
  } & ChangedTogether &
    AskedBy;
}

/** The policy, which is not active, is put away for good: its history stays, its id stays taken, its name is free. */
export interface PolicyRetired {
  readonly type: 'PolicyRetired';
  readonly version: 1;
  readonly data: {
    readonly workspace: string;
    readonly policyId: string;
    readonly retiredAt: string;
  } & ChangedTogether &
    AskedBy;
}

export type PolicyEvent = PolicyRevised | PolicyActivated | PolicyDeactivated | PolicyRetired;

export interface Policy {
  readonly policyId: string;
  readonly workspace: string;
  readonly name: string;
  readonly description: string | null;
  readonly revisions: readonly (PolicyRevision & { readonly revisedAt: string } & AskedBy)[];
  readonly activeRevision: number | null;
  /** null: it can be revised and activated. */
  readonly retiredAt: string | null;
  /** What was done to it last, when, and who asked for it. */
  readonly lastChange: LastChange;
}

export type LastChange = {
  readonly what: 'revised' | 'activated' | 'deactivated' | 'retired';
  readonly at: string;
} & AskedBy;

/** All policies of all workspaces, and the digest of each workspace's active set. */
export interface PolicyBook {
  readonly policies: Readonly<Record<string, Policy>>;
  readonly policySets: Readonly<Record<string, string>>;
}

export const emptyPolicyBook: PolicyBook = { policies: {}, policySets: {} };

export const evolvePolicyBook = (book: PolicyBook, event: PolicyEvent): PolicyBook => {
  switch (event.type) {
    case 'PolicyRevised':
      return withPolicy(book, revised(book.policies[event.data.policyId], event));
    case 'PolicyActivated':
      return withActive(
        book,
        event.data,
        event.data.revision,
        lastChange('activated', event.data.activatedAt, event.data),
      );
    case 'PolicyDeactivated':
      return withActive(book, event.data, null, lastChange('deactivated', event.data.deactivatedAt, event.data));
    case 'PolicyRetired':
      return withRetired(book, event.data);
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
};

const revised = (policy: Policy | undefined, { data }: PolicyRevised): Policy => {
  const { workspace, policyId, name, description, changeSet: _changeSet, ...revision } = data;
  return {
    policyId,
    workspace,
    name,
    description,
    revisions: [...(policy?.revisions ?? []), revision],
    activeRevision: policy?.activeRevision ?? null,
    retiredAt: policy?.retiredAt ?? null,
    lastChange: lastChange('revised', data.revisedAt, data),
  };
};

const withPolicy = (book: PolicyBook, policy: Policy): PolicyBook => ({
  ...book,
  policies: { ...book.policies, [policy.policyId]: policy },
});

const withActive = (
  book: PolicyBook,
  change: { readonly workspace: string; readonly policyId: string; readonly policySetDigest: string },
  activeRevision: number | null,
  last: LastChange,
): PolicyBook => {
  const policy = book.policies[change.policyId];
  const policySets = { ...book.policySets, [change.workspace]: change.policySetDigest };
  return policy
    ? { ...withPolicy(book, { ...policy, activeRevision, lastChange: last }), policySets }
    : { ...book, policySets };
};

const withRetired = (
  book: PolicyBook,
  data: { readonly policyId: string; readonly retiredAt: string } & AskedBy,
): PolicyBook => {
  const policy = book.policies[data.policyId];
  const { retiredAt } = data;
  return policy ? withPolicy(book, { ...policy, retiredAt, lastChange: lastChange('retired', retiredAt, data) }) : book;
};

const lastChange = (what: LastChange['what'], at: string, { actor, actorKey }: AskedBy): LastChange => ({
  what,
  at,
  actor,
  ...(actorKey !== undefined && { actorKey }),
});
