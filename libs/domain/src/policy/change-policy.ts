import type {
  Policy,
  PolicyActivated,
  PolicyBook,
  PolicyDeactivated,
  PolicyRevised,
  PolicyRevision,
} from './policy-book.js';

/** An expected "no", with a code for machines and a sentence for people. */
export interface Refusal {
  readonly refused: 'name_taken' | 'no_such_policy' | 'no_such_revision' | 'already_active' | 'not_active';
  readonly message: string;
}

export interface RevisePolicy {
  readonly type: 'RevisePolicy';
  readonly workspace: string;
  readonly policyId: string;
  readonly name: string;
  readonly description: string | null;
  readonly content: Omit<PolicyRevision, 'revision'>;
  readonly revisedAt: string;
  readonly actor: string | null;
}

/** A first revision creates the policy; saving what is already the latest revision changes nothing. */
export const revisePolicy = (command: RevisePolicy, book: PolicyBook): readonly PolicyRevised[] | Refusal => {
  const { type: _type, content, ...who } = command;
  const namesake = Object.values(book.policies).find(
    (other) => other.workspace === command.workspace && other.name === command.name,
  );
  if (namesake && namesake.policyId !== command.policyId)
    return { refused: 'name_taken', message: `A policy named "${command.name}" exists already: ${namesake.policyId}.` };
  const policy = book.policies[command.policyId];
  const latest = policy?.revisions.at(-1);
  const isSame =
    latest?.revisionDigest === content.revisionDigest &&
    policy?.name === command.name &&
    policy.description === command.description;
  if (isSame) return [];
  return [{ type: 'PolicyRevised', version: 1, data: { ...who, ...content, revision: (latest?.revision ?? 0) + 1 } }];
};

export interface ActivatePolicy {
  readonly type: 'ActivatePolicy';
  readonly policyId: string;
  readonly revision: number;
  readonly policySetDigest: string;
  readonly activatedAt: string;
  readonly actor: string | null;
}

export const activatePolicy = (command: ActivatePolicy, book: PolicyBook): readonly PolicyActivated[] | Refusal => {
  const policy = book.policies[command.policyId];
  if (!policy) return noSuchPolicy(command.policyId);
  if (!policy.revisions.some(({ revision }) => revision === command.revision)) {
    return {
      refused: 'no_such_revision',
      message: `Policy ${command.policyId} has no revision ${command.revision}; its latest is ${latestRevision(policy)}.`,
    };
  }
  if (policy.activeRevision === command.revision)
    return { refused: 'already_active', message: `Revision ${command.revision} is active already.` };
  const { type: _type, ...data } = command;
  return [{ type: 'PolicyActivated', version: 1, data: { workspace: policy.workspace, ...data } }];
};

export interface DeactivatePolicy {
  readonly type: 'DeactivatePolicy';
  readonly policyId: string;
  readonly policySetDigest: string;
  readonly deactivatedAt: string;
  readonly actor: string | null;
}

export const deactivatePolicy = (
  command: DeactivatePolicy,
  book: PolicyBook,
): readonly PolicyDeactivated[] | Refusal => {
  const policy = book.policies[command.policyId];
  if (!policy) return noSuchPolicy(command.policyId);
  if (policy.activeRevision === null)
    return { refused: 'not_active', message: `Policy ${command.policyId} is not active.` };
  const { type: _type, ...data } = command;
  return [{ type: 'PolicyDeactivated', version: 1, data: { workspace: policy.workspace, ...data } }];
};

const latestRevision = (policy: Policy): number => policy.revisions.at(-1)?.revision ?? 0;

const noSuchPolicy = (policyId: string): Refusal => ({
  refused: 'no_such_policy',
  message: `There is no policy ${policyId}.`,
});
