import { policySetSchema, type PolicySet } from '@weir/contracts';
import { parameterData, trustedReads, type PolicyEngine } from '@weir/policy';
import type { NamedPolicySet } from './policies-in-scope.js';

/** Evidence by digest, or null when there is none. */
export type ReadEvidence = (digest: string) => Promise<{ readonly bytes: Uint8Array } | null>;

/**
 * A policy set by its digest, from the evidence; null when there is none. Invariant: where what its policies read was found
 * in a way that may have missed some, they read everything, whether it is judged or replayed.
 */
export const readPolicySet = async (evidence: ReadEvidence, digest: string): Promise<PolicySet | null> => {
  const found = await evidence(digest);
  return found && withTrustedReads(policySetSchema.parse(JSON.parse(Buffer.from(found.bytes).toString('utf8'))));
};

const withTrustedReads = (set: PolicySet): PolicySet => ({
  ...set,
  policies: set.policies.map((policy) => {
    const reads = trustedReads(policy.reads);
    return { ...policy, reads: { ...reads, inputPaths: [...reads.inputPaths], builtins: [...reads.builtins] } };
  }),
});

/** Has the engine know a set under its digest. */
export const loadPolicySet = async (
  evidence: ReadEvidence,
  engine: Pick<PolicyEngine, 'load'>,
  { digest, set }: NamedPolicySet,
): Promise<void> => {
  if (!set.module) return;
  const wasm = await evidence(set.module.wasmDigest);
  if (!wasm) throw new Error(`The policy module ${set.module.wasmDigest} is not in the evidence store.`);
  const parameters = Object.fromEntries(set.policies.map((policy) => [policy.slot, policy.parameters]));
  const reads = Object.fromEntries(set.policies.map((policy) => [policy.slot, policy.reads]));
  await engine.load({
    key: digest,
    digest: set.module.wasmDigest,
    wasm: wasm.bytes,
    data: parameterData(parameters),
    reads,
  });
};
