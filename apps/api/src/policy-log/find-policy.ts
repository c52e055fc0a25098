import type { Policy, PolicyBook } from '@weir/domain';
import type { PolicyRefusal } from '../refusals/policy-refusal.js';

/** The policy of that id; `constructor` and the like are no ids. */
export const findPolicy = (book: PolicyBook, policyId: string): Policy | PolicyRefusal =>
  (Object.hasOwn(book.policies, policyId) ? book.policies[policyId] : undefined) ?? {
    refused: 'no_such_policy',
    message: `There is no policy ${JSON.stringify(policyId)}.`,
  };
