import { own, type Memory } from './memory.js';
import { inOrderOfApplication } from '../policy/order-of-application.js';

export type PackageState = 'available' | 'quarantined' | 'hidden' | 'deleted';

export type PolicyAction =
  | { readonly type: 'SetPackageState'; readonly state: PackageState }
  | { readonly type: 'AddPackageTags'; readonly tags: readonly string[] }
  | { readonly type: 'RemovePackageTags'; readonly tags: readonly string[] };

/** What an error of a policy asks for: what a match would, nothing, or what the policy's last answer did. */
export type OnError = 'closed' | 'open' | 'hold';

/**
 * One policy's answer about one package, as recorded. `match` is null when the policy gave none. What else makes up the
 * revision is in the policy set that the decision names.
 */
export interface PolicyResult {
  readonly policyId: string;
  readonly name: string;
  readonly revision: number;
  readonly match: boolean | null;
  readonly reasons: readonly string[];
  /** JSON text of the policy's whole package document. */
  readonly output: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** What a policy wants done, and when: the part of a policy that desired state depends on. */
export interface PolicyTerms {
  readonly policyId: string;
  readonly precedence: number;
  readonly terminal: boolean;
  readonly actions: readonly PolicyAction[];
  readonly onError: OnError;
}

/** What all policies together ask for. Actions are levels: what nobody asks for any more is not here. */
export interface DesiredState {
  readonly state: PackageState;
  readonly tags: readonly string[];
  readonly promotion: 'allowed' | 'blocked';
  /** The policies whose wish this is, in the order in which they were applied. */
  readonly because: readonly {
    readonly policyId: string;
    readonly name: string;
    readonly revision: number;
    readonly asks: string;
  }[];
}

/** Nothing asks for anything. */
export const AVAILABLE: DesiredState = { state: 'available', tags: [], promotion: 'allowed', because: [] };

type Draft = { state: PackageState; tags: Set<string>; because: DesiredState['because'][number][] };

/**
 * Folds the results in ascending precedence: a later policy overrides an earlier one, and a terminal policy that
 * matches is the last one heard. `memory` is what was remembered before these answers.
 */
export const desiredState = (
  terms: readonly PolicyTerms[],
  results: readonly PolicyResult[],
  memory: Memory,
): DesiredState => {
  const draft: Draft = { state: 'available', tags: new Set(), because: [] };
  for (const { policy, result } of claimsInOrder(terms, results, memory)) {
    for (const action of policy.actions) apply(draft, action, result);
    if (policy.terminal && result.match === true) break;
  }
  const promotion = draft.state === 'available' ? 'allowed' : 'blocked';
  return { state: draft.state, tags: [...draft.tags].sort(), promotion, because: draft.because };
};

interface Claim {
  readonly policy: PolicyTerms;
  readonly result: PolicyResult;
}

/** The few that ask for something. A policy's result mostly stands where its terms do. */
const claimsInOrder = (
  terms: readonly PolicyTerms[],
  results: readonly PolicyResult[],
  memory: Memory,
): readonly Claim[] =>
  terms
    .flatMap((policy, index): readonly Claim[] => {
      const result =
        results[index]?.policyId === policy.policyId
          ? results[index]
          : results.findLast(({ policyId }) => policyId === policy.policyId);
      return result && claims(policy, result, memory) ? [{ policy, result }] : [];
    })
    .sort((a, b) => inOrderOfApplication(a.policy, b.policy));

/** Invariant: an error is never "no match" unless the policy's author chose `open`. */
const claims = (policy: PolicyTerms, result: PolicyResult, memory: Memory): boolean => {
  if (result.error === null) return result.match === true;
  switch (policy.onError) {
    case 'closed':
      return true;
    case 'open':
      return false;
    case 'hold':
      // One that never answered is not known to pass.
      return own(memory, policy.policyId)?.match ?? true;
    default:
      return unknownMode(policy.onError);
  }
};

const unknownMode = (mode: never): never => {
  throw new Error(`Unknown failure mode ${String(mode)}`);
};

const apply = (draft: Draft, action: PolicyAction, result: PolicyResult): void => {
  const asks = (what: string) =>
    draft.because.push({ policyId: result.policyId, name: result.name, revision: result.revision, asks: what });
  switch (action.type) {
    case 'SetPackageState':
      draft.state = action.state;
      asks(action.state);
      return;
    case 'AddPackageTags':
      for (const tag of action.tags) draft.tags.add(tag);
      asks(`tag ${action.tags.join(', ')}`);
      return;
    case 'RemovePackageTags':
      for (const tag of action.tags) draft.tags.delete(tag);
      asks(`untag ${action.tags.join(', ')}`);
      return;
    default: {
      const unknown: never = action;
      throw new Error(`Unknown action ${JSON.stringify(unknown)}`);
    }
  }
};
