import type { Policy, PolicyBook, Principal } from '@weir/domain';
import { isOf } from '@weir/service';
import type { PolicyRefusal } from '../refusals/policy-refusal.js';

const EVERYBODY: Pick<Principal, 'workspaces'> = { workspaces: null };

/** The policy of that id, as far as the principal may see it; `constructor` and the like are no ids. */
export const findPolicy = (
  book: PolicyBook,
  policyId: string,
  principal: Pick<Principal, 'workspaces'> = EVERYBODY,
): Policy | PolicyRefusal => {
  const policy = Object.hasOwn(book.policies, policyId) ? book.policies[policyId] : undefined;
  return policy && isOf(principal, policy.workspace)
    ? policy
    : { refused: 'no_such_policy', message: `There is no policy ${JSON.stringify(policyId)}.` };
};
