import { changePolicy, type AskedBy, type PolicyBook, type PolicyCommand, type PolicyEvent } from '@weir/domain';
import type { Decided } from '../change-policies/wish.js';
import { findPolicy } from '../policy-log/find-policy.js';
import { isRefused, type PolicyRefusal } from '../refusals/policy-refusal.js';

/** What is done to a policy as it is saved already. */
export type Deed =
  | { readonly kind: 'activate'; readonly revision?: number | undefined }
  | { readonly kind: 'deactivate' }
  | { readonly kind: 'retire' };

/** Who asks for a deed, and when: ISO 8601 in UTC. */
export interface Asked {
  readonly now: string;
  readonly by: AskedBy;
}

/** What the deed comes to on a book. */
export const decideDeed = (book: PolicyBook, policyId: string, deed: Deed, asked: Asked): Decided | PolicyRefusal => {
  const policy = findPolicy(book, policyId);
  if (isRefused(policy)) return policy;
  const latest = policy.revisions.at(-1)?.revision ?? 0;
  const events: readonly PolicyEvent[] | PolicyRefusal = changePolicy(commandOf(policyId, deed, latest, asked), book);
  return isRefused(events) ? events : { events, evidence: [] };
};

const commandOf = (policyId: string, deed: Deed, latest: number, { now, by }: Asked): PolicyCommand => {
  const who = { policyId, ...by };
  switch (deed.kind) {
    case 'activate':
      return { type: 'ActivatePolicy', ...who, revision: deed.revision ?? latest, activatedAt: now };
    case 'deactivate':
      return { type: 'DeactivatePolicy', ...who, deactivatedAt: now };
    case 'retire':
      return { type: 'RetirePolicy', ...who, retiredAt: now };
    default: {
      const unknown: never = deed;
      return unknown;
    }
  }
};
