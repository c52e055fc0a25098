import type { EvaluationInput, PolicyAnswer, PolicyError } from '../policy-engine.js';
import type { Job, Moment } from '../worker-messages.js';

/** A part of a request on its way: what is asked, what is answered already, and who waits for it. */
export type Batch = {
  readonly id: number;
  readonly key: string;
  readonly inputs: readonly EvaluationInput[];
  /** Per input, answers known without asking (again): the policy was suspended, or had to be ended here. */
  readonly settled: readonly Map<string, PolicyAnswer>[];
  readonly resolve: (answers: readonly (readonly PolicyAnswer[])[]) => void;
  readonly reject: (error: Error) => void;
};

/** The answer of a policy that gave none. */
export const errorAnswer = (policyId: string, error: PolicyError, durationMicros = 0): PolicyAnswer => ({
  policyId,
  match: null,
  reasons: [],
  output: '{}',
  error,
  timing: 'moving',
  durationMicros,
});

const join = (inputs: readonly EvaluationInput[]): Pick<Job, 'bytes' | 'ends'> => {
  let end = 0;
  const ends = inputs.map(({ input }) => (end += input.length));
  const bytes = new Uint8Array(end);
  inputs.forEach(({ input }, index) => bytes.set(input, ends[index - 1] ?? 0));
  return { bytes, ends };
};

/** The policies of one input that are still to be asked, in order. */
export const openAsks = (batch: Batch, index: number): readonly string[] => {
  const asks = batch.inputs[index]?.asks ?? [];
  const settled = batch.settled[index];
  return settled === undefined || settled.size === 0 ? asks : asks.filter((policyId) => !settled.has(policyId));
};

/** Equal neighbours are one object, which a message holds once. */
const momentsOf = (inputs: readonly EvaluationInput[]): readonly Moment[] => {
  let last: Moment = { now: '', later: null };
  return inputs.map(({ now, later = null }) => {
    if (now !== last.now || later !== last.later) last = { now, later };
    return last;
  });
};

/** What a worker is sent: one piece of memory for all inputs keeps the cost per input low. */
export const jobOf = (batch: Batch): Job => ({
  id: batch.id,
  key: batch.key,
  ...join(batch.inputs),
  moments: momentsOf(batch.inputs),
  asks: batch.inputs.map((_, index) => openAsks(batch, index)),
});

/** Puts settled and fresh answers together in the order of the asks. */
export const answersOf = (
  batch: Batch,
  fresh: readonly (readonly PolicyAnswer[])[],
): readonly (readonly PolicyAnswer[])[] =>
  batch.inputs.map(({ asks }, index) => {
    const settled = batch.settled[index];
    if (settled === undefined || settled.size === 0) return fresh[index] ?? [];
    const byPolicy = new Map((fresh[index] ?? []).map((answer) => [answer.policyId, answer]));
    return asks.flatMap((policyId) => settled.get(policyId) ?? byPolicy.get(policyId) ?? []);
  });
