import { activatePolicy, deactivatePolicy, type Policy, type PolicyBook, type PolicyEvent } from '@weir/domain';
import { activePoliciesAfter } from '@weir/judging';
import { findPolicy } from '../policy-log/find-policy.js';
import type { PolicyChange } from '../policy-log/policy-log.js';
import { buildPolicySet } from '../policy-set/build-policy-set.js';
import { isRefused, type PolicyRefusal } from '../refusals/policy-refusal.js';
import type { SavePorts } from '../revise-policy/save-policy.js';

/** Makes a revision, the latest unless told, the one that packages are judged by. */
export const activate = (
  ports: SavePorts,
  policyId: string,
  wanted: number | undefined,
): Promise<Policy | PolicyRefusal> =>
  changeActive(
    ports,
    policyId,
    (book, policy, policySetDigest) => {
      const revision = wanted ?? latest(policy);
      return activatePolicy(
        { type: 'ActivatePolicy', policyId, revision, policySetDigest, activatedAt: now(ports), actor: null },
        book,
      );
    },
    (policy) => wanted ?? latest(policy),
  );

/** No package is judged by the policy any more. */
export const deactivate = (ports: SavePorts, policyId: string): Promise<Policy | PolicyRefusal> =>
  changeActive(
    ports,
    policyId,
    (book, _policy, policySetDigest) =>
      deactivatePolicy(
        { type: 'DeactivatePolicy', policyId, policySetDigest, deactivatedAt: now(ports), actor: null },
        book,
      ),
    () => null,
  );

type Decide = (book: PolicyBook, policy: Policy, policySetDigest: string) => readonly PolicyEvent[] | PolicyRefusal;

const changeActive = async (
  ports: SavePorts,
  policyId: string,
  decide: Decide,
  activeAfter: (policy: Policy) => number | null,
): Promise<Policy | PolicyRefusal> => {
  const outcome = await ports.policies.change(async (book): Promise<PolicyChange | PolicyRefusal> => {
    const policy = findPolicy(book, policyId);
    if (isRefused(policy)) return policy;
    // Asked before anything is compiled: a refusal should not need a compiler.
    const refusal = decide(book, policy, '');
    if (isRefused(refusal)) return refusal;
    const active = activePoliciesAfter(book, policy.workspace, { policyId, activeRevision: activeAfter(policy) });
    const set = await buildPolicySet(ports, policy.workspace, active);
    if (isRefused(set)) return set;
    const events = decide(book, policy, set.digest);
    return isRefused(events) ? events : { events, evidence: set.evidence };
  });
  return isRefused(outcome) ? outcome : findPolicy(outcome.book, policyId);
};

const latest = (policy: Policy): number => policy.revisions.at(-1)?.revision ?? 0;

const now = ({ clock }: SavePorts): string => clock().toISOString();
