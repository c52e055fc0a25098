import type { PolicyResult } from '@weir/domain';
import { askPolicies, canonicalDocument, loadPolicySet, type Engine, type NamedPolicySet } from '@weir/judging';
import { READS_EVERYTHING, type CompiledModule, type PolicyEngine } from '@weir/policy';
import { digestOf } from '@weir/postgres';

/** What the policy said of one document, and how long it took. */
export interface Answer extends Pick<PolicyResult, 'match' | 'reasons' | 'output' | 'error'> {
  readonly durationMicros: number;
}

/** A document as a user wrote it, and what it is judged with. */
export interface DocumentToJudge {
  readonly bytes: Buffer;
  readonly policySet: NamedPolicySet;
  readonly now: string;
}

/** How the policy is called in its module. */
export const policyId = 'policy';

/** The policy as the only one of a set, in force everywhere. */
export const policySetOf = (
  { digest, reads }: Pick<CompiledModule, 'digest' | 'reads'>,
  parameters: Readonly<Record<string, unknown>>,
): NamedPolicySet => {
  const read = reads[policyId] ?? READS_EVERYTHING;
  const policy = {
    policyId,
    slot: policyId,
    name: policyId,
    revision: 1,
    revisionDigest: digest,
    parameters: { ...parameters },
    scope: {},
    precedence: 0,
    terminal: false,
    actions: [],
    onError: 'closed' as const,
    reads: { ...read, inputPaths: [...read.inputPaths], builtins: [...read.builtins] },
  };
  const set = { workspace: 'default', module: { wasmDigest: digest }, policies: [policy] };
  return { digest: digestOf(JSON.stringify([digest, parameters])), set };
};

/** Has the engine know the module under a set. */
export const loadModule = (
  engine: PolicyEngine,
  module: Pick<CompiledModule, 'wasm'>,
  policySet: NamedPolicySet,
): Promise<void> => loadPolicySet(async () => ({ bytes: module.wasm }), engine, policySet);

const NOWHERE = { name: '', format: '', environment: null, team: null, region: null };

const badInput = (message: string): Answer => ({
  match: null,
  reasons: [],
  output: '{}',
  error: { code: 'bad_input', message },
  durationMicros: 0,
});

/**
 * A document as facts are stored: canonical JSON (RFC 8785). So it goes the way of the service however it was written: with
 * blanks, with members in another order, with numbers as 1.0 or 1e0.
 */
export const canonicalFacts = (bytes: Buffer): Uint8Array | { readonly problem: string } => {
  try {
    return canonicalDocument('facts', JSON.parse(bytes.toString('utf8')) as unknown).bytes;
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
};

/** Judges documents as the service judges the facts of packages. */
export const judgeDocuments = async (
  engine: Engine,
  documents: readonly DocumentToJudge[],
): Promise<readonly Answer[]> => {
  const answers: Answer[] = [];
  const asked: (DocumentToJudge & { readonly facts: Uint8Array; readonly index: number })[] = [];
  documents.forEach((document, index) => {
    const facts = canonicalFacts(document.bytes);
    if (facts instanceof Uint8Array) asked.push({ ...document, facts, index });
    else answers[index] = badInput(`the input is not valid JSON: ${facts.problem}`);
  });
  for (const group of Map.groupBy(asked, ({ policySet }) => policySet.digest).values()) {
    const durations: number[] = [];
    const answered = await askPolicies(
      engine,
      group.map(({ policySet, facts, now }) => ({ policySet, repository: NOWHERE, facts, freshness: null, now })),
      { onAnswers: (_, all) => durations.push(...all.map(([answer]) => answer?.durationMicros ?? 0)) },
    );
    group.forEach(({ index }, place) => {
      const result = answered[place]?.results[0];
      answers[index] = result
        ? { ...result, durationMicros: durations[place] ?? 0 }
        : badInput('the engine gave no answer');
    });
  }
  return answers;
};
