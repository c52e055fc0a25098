import type { PolicySet } from '@weir/contracts';
import type { NewEvidence } from '@weir/event-store';
import {
  canonicalDocument,
  composeFromLibrary,
  composeFromModule,
  emptyPolicySet,
  slotOf,
  type ActiveRevision,
} from '@weir/judging';
import { RegoRefused } from '@weir/policy';
import type { ApiPorts } from '../api-ports.js';
import type { RegoCompiler } from '../compiler/rego-compiler.js';
import { regoRefusal, type PolicyRefusal } from '../refusals/policy-refusal.js';

/** A workspace's new policy set, and the evidence that makes it complete. */
export interface BuiltPolicySet {
  readonly digest: string;
  readonly evidence: readonly NewEvidence[];
}

type Ports = Pick<ApiPorts, 'eventStore' | 'library'> & { readonly compiler: RegoCompiler };

/** Composes the set from the library's module when it holds every text; compiles one module of all texts else. */
export const buildPolicySet = async (
  ports: Ports,
  workspace: string,
  active: readonly ActiveRevision[],
): Promise<BuiltPolicySet | PolicyRefusal> => {
  if (active.length === 0) return built(emptyPolicySet(workspace), []);
  const fromLibrary = composeFromLibrary(workspace, active, ports.library?.module ?? null);
  if (fromLibrary && ports.library)
    return built(fromLibrary, [
      { digest: ports.library.module.digest, kind: 'wasm', bytes: ports.library.module.wasm },
    ]);
  const sources = await Promise.all(
    active.map(async ({ policyId, revision }) => ({
      id: slotOf(policyId),
      rego: await regoText(ports, revision.regoDigest),
    })),
  );
  try {
    const module = await ports.compiler.compile(sources);
    return built(composeFromModule(workspace, active, module), [
      { digest: module.digest, kind: 'wasm', bytes: module.wasm },
    ]);
  } catch (fault) {
    if (!(fault instanceof RegoRefused)) throw fault;
    const culprit = active.find(({ policyId }) => slotOf(policyId) === fault.policyId);
    return regoRefusal(fault.findings, `Policy "${culprit?.policyId ?? fault.policyId}" cannot be compiled`);
  }
};

const built = (set: PolicySet, wasm: readonly NewEvidence[]): BuiltPolicySet => {
  const document = canonicalDocument('policy-set', set);
  return { digest: document.digest, evidence: [document, ...wasm] };
};

/** The text of a revision; it was stored with the event that names it. */
export const regoText = async ({ eventStore }: Pick<ApiPorts, 'eventStore'>, digest: string): Promise<string> => {
  const evidence = await eventStore.evidence(digest);
  if (!evidence) throw new Error(`The Rego text ${digest} is not in the evidence store.`);
  return Buffer.from(evidence.bytes).toString('utf8');
};
