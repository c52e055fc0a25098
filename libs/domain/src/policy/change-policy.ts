import type { AskedBy } from '../key/principal.js';
import { nameKey } from './name-key.js';
import type {
  Policy,
  PolicyActivated,
  PolicyBook,
  PolicyDeactivated,
  PolicyEvent,
  PolicyRetired,
  PolicyRevised,
  PolicyRevision,
} from './policy-book.js';

/** An expected "no", with a code for machines and a sentence for people. */
export interface Refusal {
  readonly refused:
    'name_taken' | 'no_such_policy' | 'no_such_revision' | 'already_active' | 'not_active' | 'still_active' | 'retired';
  readonly message: string;
}

/**
 * Stands in events as they are decided, before it is known which set they lead to: of all that is appended together one
 * set comes, and `nameSets` puts its digest there.
 */
export const SET_TO_COME = '';

export interface RevisePolicy extends AskedBy {
  readonly type: 'RevisePolicy';
  readonly workspace: string;
  readonly policyId: string;
  readonly name: string;
  readonly description: string | null;
  readonly content: Omit<PolicyRevision, 'revision'>;
  readonly revisedAt: string;
}

/** A first revision creates the policy; saving what is already the latest revision changes nothing. */
export const revisePolicy = (command: RevisePolicy, book: PolicyBook): readonly PolicyRevised[] | Refusal => {
  const { type: _type, content, ...who } = command;
  const policy = book.policies[command.policyId];
  if (policy && policy.retiredAt !== null) return isRetired(policy);
  const namesake = policy?.name === command.name ? undefined : namesakeOf(command, book);
  if (namesake) return nameTaken(command.name, namesake);
  const latest = policy?.revisions.at(-1);
  const isSame =
    latest?.revisionDigest === content.revisionDigest &&
    policy?.name === command.name &&
    policy.description === command.description;
  if (isSame) return [];
  return [{ type: 'PolicyRevised', version: 1, data: { ...who, ...content, revision: (latest?.revision ?? 0) + 1 } }];
};

export interface ActivatePolicy extends AskedBy {
  readonly type: 'ActivatePolicy';
  readonly policyId: string;
  readonly revision: number;
  readonly activatedAt: string;
}

export const activatePolicy = (command: ActivatePolicy, book: PolicyBook): readonly PolicyActivated[] | Refusal => {
  const policy = book.policies[command.policyId];
  if (!policy) return noSuchPolicy(command.policyId);
  if (policy.retiredAt !== null) return isRetired(policy);
  if (!policy.revisions.some(({ revision }) => revision === command.revision)) {
    return {
      refused: 'no_such_revision',
      message: `Policy ${command.policyId} has no revision ${command.revision}; its latest is ${latestRevision(policy)}.`,
    };
  }
  if (policy.activeRevision === command.revision)
    return { refused: 'already_active', message: `Revision ${command.revision} is active already.` };
  const { type: _type, ...data } = command;
  return [
    {
      type: 'PolicyActivated',
      version: 1,
      data: { workspace: policy.workspace, policySetDigest: SET_TO_COME, ...data },
    },
  ];
};

export interface DeactivatePolicy extends AskedBy {
  readonly type: 'DeactivatePolicy';
  readonly policyId: string;
  readonly deactivatedAt: string;
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
  return [
    {
      type: 'PolicyDeactivated',
      version: 1,
      data: { workspace: policy.workspace, policySetDigest: SET_TO_COME, ...data },
    },
  ];
};

export interface RetirePolicy extends AskedBy {
  readonly type: 'RetirePolicy';
  readonly policyId: string;
  readonly retiredAt: string;
}

/** Only what judges nothing is put away, so that retiring a policy never releases a package. */
export const retirePolicy = (command: RetirePolicy, book: PolicyBook): readonly PolicyRetired[] | Refusal => {
  const policy = book.policies[command.policyId];
  if (!policy) return noSuchPolicy(command.policyId);
  if (policy.retiredAt !== null) return isRetired(policy);
  if (policy.activeRevision !== null)
    return {
      refused: 'still_active',
      message: `Revision ${policy.activeRevision} of ${command.policyId} is active, so packages are still judged by it.`,
    };
  const { type: _type, ...data } = command;
  return [{ type: 'PolicyRetired', version: 1, data: { workspace: policy.workspace, ...data } }];
};

export type PolicyCommand = RevisePolicy | ActivatePolicy | DeactivatePolicy | RetirePolicy;

export const changePolicy = (command: PolicyCommand, book: PolicyBook): readonly PolicyEvent[] | Refusal => {
  switch (command.type) {
    case 'RevisePolicy':
      return revisePolicy(command, book);
    case 'ActivatePolicy':
      return activatePolicy(command, book);
    case 'DeactivatePolicy':
      return deactivatePolicy(command, book);
    case 'RetirePolicy':
      return retirePolicy(command, book);
    default: {
      const unknown: never = command;
      return unknown;
    }
  }
};

/**
 * The events of one append with the digest of the set that each workspace has after all of them.
 * @throws when a workspace whose set changes has no digest: such an event must not be stored.
 */
export const nameSets = (
  events: readonly PolicyEvent[],
  digests: ReadonlyMap<string, string>,
): readonly PolicyEvent[] =>
  events.map((event) => {
    if (event.type !== 'PolicyActivated' && event.type !== 'PolicyDeactivated') return event;
    const policySetDigest = digests.get(event.data.workspace);
    if (policySetDigest === undefined)
      throw new Error(`The policy set that workspace ${event.data.workspace} comes to has no name.`);
    return event.type === 'PolicyActivated'
      ? { ...event, data: { ...event.data, policySetDigest } }
      : { ...event, data: { ...event.data, policySetDigest } };
  });

/** Retired policies keep their ids and give their names away. */
const namesakeOf = (command: RevisePolicy, book: PolicyBook): Policy | undefined => {
  const key = nameKey(command.name);
  return Object.values(book.policies).find(
    ({ policyId, workspace, name, retiredAt }) =>
      policyId !== command.policyId && workspace === command.workspace && retiredAt === null && nameKey(name) === key,
  );
};

const nameTaken = (name: string, namesake: Policy): Refusal => ({
  refused: 'name_taken',
  message:
    namesake.name === name
      ? `A policy named "${name}" exists already: ${namesake.policyId}.`
      : `The name "${name}" cannot be told from "${namesake.name}", the name of ${namesake.policyId}: they differ in case or in how Unicode writes the same letters.`,
});

const latestRevision = (policy: Policy): number => policy.revisions.at(-1)?.revision ?? 0;

const noSuchPolicy = (policyId: string): Refusal => ({
  refused: 'no_such_policy',
  message: `There is no policy ${policyId}.`,
});

const isRetired = ({ policyId, retiredAt }: Policy): Refusal => ({
  refused: 'retired',
  message: `Policy ${policyId} was retired at ${retiredAt ?? ''}.`,
});
