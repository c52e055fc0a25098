import type { CreatePolicy, Finding, RevisePolicyBody } from '@weir/contracts';
import { changePolicy, type AskedBy, type Policy, type PolicyBook, type PolicyEvent } from '@weir/domain';
import type { Decided } from '../change-policies/wish.js';
import { findPolicy } from '../policy-log/find-policy.js';
import type { PolicyPorts } from '../policy-ports.js';
import { isRefused, regoRefusal, type PolicyRefusal } from '../refusals/policy-refusal.js';
import { completeDraft, type CompleteDraft } from './policy-content.js';
import { policyIdFor } from './policy-id.js';

export interface Saved {
  readonly policy: Policy;
  readonly warnings: readonly Finding[];
}

/** What is to be saved. */
export interface Saving {
  /** Asks the compiler about the text; its warnings. */
  readonly check: () => Promise<readonly Finding[] | PolicyRefusal>;
  readonly decide: (book: PolicyBook) => (Decided & { readonly policyId: string }) | PolicyRefusal;
}

/** Saves the first revision of a new policy. It judges nothing until it is activated. */
export const createPolicy = async (
  ports: PolicyPorts,
  given: CreatePolicy,
  by: AskedBy,
): Promise<Saved | PolicyRefusal> => save(ports, await checkedSaving(ports, savingNew(ports, given, by)));

/** Saves a further revision. The active one stays active: a revision never activates itself. */
export const revise = async (
  ports: PolicyPorts,
  policyId: string,
  given: RevisePolicyBody,
  by: AskedBy,
): Promise<Saved | PolicyRefusal> =>
  save(ports, await checkedSaving(ports, await savingRevision(ports, policyId, given, by)));

export const savingNew = (
  ports: PolicyPorts,
  { workspace, ...given }: CreatePolicy,
  by: AskedBy,
): Saving | PolicyRefusal =>
  saving(ports, given, by, (book, { draft, template }) => ({
    policyId: policyIdFor(given.name ?? template?.name ?? draft.name, book),
    workspace,
  }));

export const savingRevision = async (
  ports: PolicyPorts,
  policyId: string,
  { baseRevision, ...given }: RevisePolicyBody,
  by: AskedBy,
): Promise<Saving | PolicyRefusal> => {
  const known = findPolicy(await ports.policies.book(), policyId);
  if (isRefused(known)) return known;
  const { name = known.name, description = known.description } = given;
  return saving(ports, { ...given, name, description }, by, (book) => {
    const policy = findPolicy(book, policyId);
    if (isRefused(policy)) return policy;
    const latest = policy.revisions.at(-1)?.revision ?? 0;
    if (baseRevision !== undefined && baseRevision !== latest) {
      return {
        refused: 'revision_outdated',
        message: `Your edit is based on revision ${baseRevision}, but the latest of ${policyId} is ${latest}.`,
      };
    }
    return { policyId, workspace: policy.workspace };
  });
};

interface Identity {
  readonly policyId: string;
  readonly workspace: string;
}

const saving = (
  ports: PolicyPorts,
  given: Omit<RevisePolicyBody, 'baseRevision'>,
  by: AskedBy,
  identify: (book: PolicyBook, complete: CompleteDraft) => Identity | PolicyRefusal,
): Saving | PolicyRefusal => {
  const complete = completeDraft(given, ports.library);
  if (isRefused(complete)) return complete;
  return {
    check: () => checked(ports, complete),
    decide: (book) => {
      const identity = identify(book, complete);
      return isRefused(identity) ? identity : revision(ports, complete, { ...identity, by }, book);
    },
  };
};

/** Decided before it is checked: such a refusal should not need a compiler. */
const checkedSaving = async (
  ports: PolicyPorts,
  wanted: Saving | PolicyRefusal,
): Promise<(Saving & { readonly warnings: readonly Finding[] }) | PolicyRefusal> => {
  if (isRefused(wanted)) return wanted;
  const early = wanted.decide(await ports.policies.book());
  if (isRefused(early)) return early;
  const warnings = await wanted.check();
  return isRefused(warnings) ? warnings : { ...wanted, warnings };
};

const save = async (
  ports: Pick<PolicyPorts, 'changes'>,
  wanted: (Saving & { readonly warnings: readonly Finding[] }) | PolicyRefusal,
): Promise<Saved | PolicyRefusal> => {
  if (isRefused(wanted)) return wanted;
  let policyId = '';
  const outcome = await ports.changes.submit({
    decide: (book) => {
      const decided = wanted.decide(book);
      if (!isRefused(decided)) policyId = decided.policyId;
      return decided;
    },
  });
  if (isRefused(outcome)) return outcome;
  const policy = findPolicy(outcome.book, policyId);
  return isRefused(policy) ? policy : { policy, warnings: wanted.warnings };
};

/** The library's texts were checked by CI, so that they can be saved where there is no compiler. */
const checked = async (
  { compiler }: Pick<PolicyPorts, 'compiler'>,
  { draft, template }: CompleteDraft,
): Promise<readonly Finding[] | PolicyRefusal> => {
  if (template) return [];
  const report = await compiler.check(draft.rego, draft.parameters);
  return report.valid ? report.findings : regoRefusal(report.findings, 'The policy is refused');
};

const revision = (
  { clock }: Pick<PolicyPorts, 'clock'>,
  { draft, content }: CompleteDraft,
  { by, ...identity }: Identity & { readonly by: AskedBy },
  book: PolicyBook,
): (Decided & { readonly policyId: string }) | PolicyRefusal => {
  const { name, description = null, rego } = draft;
  const events: readonly PolicyEvent[] | PolicyRefusal = changePolicy(
    { type: 'RevisePolicy', ...identity, name, description, content, revisedAt: clock().toISOString(), ...by },
    book,
  );
  if (isRefused(events)) return events;
  const text = { digest: content.regoDigest, kind: 'rego', bytes: Buffer.from(rego, 'utf8') };
  return { policyId: identity.policyId, events, evidence: [text] };
};
