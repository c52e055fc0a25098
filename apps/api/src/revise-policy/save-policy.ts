import type { CreatePolicy, Finding, RevisePolicyBody } from '@weir/contracts';
import { revisePolicy, type Policy, type PolicyRevised } from '@weir/domain';
import type { ApiPorts } from '../api-ports.js';
import type { RegoCompiler } from '../compiler/rego-compiler.js';
import { findPolicy } from '../policy-log/find-policy.js';
import type { PolicyChange, PolicyLog } from '../policy-log/policy-log.js';
import { isRefused, regoRefusal, type PolicyRefusal } from '../refusals/policy-refusal.js';
import { completeDraft, type CompleteDraft } from './policy-content.js';
import { policyIdFor } from './policy-id.js';

export interface SavePorts extends Pick<ApiPorts, 'eventStore' | 'library' | 'clock'> {
  readonly policies: PolicyLog;
  readonly compiler: RegoCompiler;
}

export interface Saved {
  readonly policy: Policy;
  readonly warnings: readonly Finding[];
}

/** Saves the first revision of a new policy. It judges nothing until it is activated. */
export const createPolicy = (ports: SavePorts, { workspace, ...given }: CreatePolicy): Promise<Saved | PolicyRefusal> =>
  save(ports, given, (book, { draft, template }) => ({
    policyId: policyIdFor(given.name ?? template?.name ?? draft.name, book),
    workspace,
  }));

/** Saves a further revision. The active one stays active: a revision never activates itself. */
export const revise = async (
  ports: SavePorts,
  policyId: string,
  { baseRevision, ...given }: RevisePolicyBody,
): Promise<Saved | PolicyRefusal> => {
  const known = findPolicy(await ports.policies.book(), policyId);
  if (isRefused(known)) return known;
  const { name = known.name, description = known.description } = given;
  return save(ports, { ...given, name, description }, (book) => {
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

type Identify = (
  book: Parameters<typeof policyIdFor>[1],
  complete: CompleteDraft,
) => { readonly policyId: string; readonly workspace: string } | PolicyRefusal;

const save = async (
  ports: SavePorts,
  given: Omit<RevisePolicyBody, 'baseRevision'>,
  identify: Identify,
): Promise<Saved | PolicyRefusal> => {
  const complete = completeDraft(given, ports.library);
  if (isRefused(complete)) return complete;
  const early = identify(await ports.policies.book(), complete);
  if (isRefused(early)) return early;
  const warnings = await checked(ports, complete);
  if (isRefused(warnings)) return warnings;
  let policyId = early.policyId;
  const outcome = await ports.policies.change(async (book) => {
    const identity = identify(book, complete);
    if (isRefused(identity)) return identity;
    policyId = identity.policyId;
    return revision(ports, complete, identity, book);
  });
  if (isRefused(outcome)) return outcome;
  const policy = findPolicy(outcome.book, policyId);
  return isRefused(policy) ? policy : { policy, warnings };
};

/** The library's texts were checked by CI, so that they can be saved where there is no compiler. */
const checked = async (
  { compiler }: SavePorts,
  { draft, template }: CompleteDraft,
): Promise<readonly Finding[] | PolicyRefusal> => {
  if (template) return [];
  const report = await compiler.check(draft.rego);
  return report.valid ? report.findings : regoRefusal(report.findings, 'The policy is refused');
};

const revision = (
  { clock }: SavePorts,
  { draft, content }: CompleteDraft,
  identity: { readonly policyId: string; readonly workspace: string },
  book: Parameters<typeof revisePolicy>[1],
): PolicyChange | PolicyRefusal => {
  const { name, description = null, rego } = draft;
  const events: readonly PolicyRevised[] | PolicyRefusal = revisePolicy(
    { type: 'RevisePolicy', ...identity, name, description, content, revisedAt: clock().toISOString(), actor: null },
    book,
  );
  if (isRefused(events)) return events;
  return { events, evidence: [{ digest: content.regoDigest, kind: 'rego', bytes: Buffer.from(rego, 'utf8') }] };
};
