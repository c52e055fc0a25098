import type { EvaluationInput, PolicyAnswer, PolicyError } from '../policy-engine.js';
import type { Job, Moment } from '../worker-messages.js';

/** A part of a request on its way: what is asked, what is answered already, and who waits for it. */
export type Batch = {
  readonly id: number;
  readonly key: string;
  readonly inputs: readonly EvaluationInput[];
  /** Per input, answers known without asking (again); null while a policy is asked apart about this input alone. */
  readonly settled: readonly Map<string, PolicyAnswer | null>[];
  /** One input and one policy, which gets a worker to itself: it exceeded its limits among others, or before. */
  readonly alone: 'accused' | 'known' | null;
  /** Whether it asks a policy that has been ended and not made up for it. */
  isAtRisk: boolean;
  /** How many inputs from the first on are known to stay within the limits. */
  passed: number;
  /** The answers of a worker, once they are there. */
  fresh: readonly (readonly PolicyAnswer[])[] | null;
  readonly resolve: (answers: readonly (readonly PolicyAnswer[])[]) => void;
  readonly reject: (error: Error) => void;
};

let lastBatch = 0;

export const newBatch = (
  batch: Pick<Batch, 'key' | 'inputs' | 'resolve' | 'reject'>,
  alone: Batch['alone'] = null,
): Batch => {
  lastBatch = (lastBatch + 1) % 0x7fffffff;
  const settled = batch.inputs.map(() => new Map<string, PolicyAnswer | null>());
  return { ...batch, id: lastBatch, settled, alone, isAtRisk: alone !== null, passed: 0, fresh: null };
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

/** Whether nothing of a batch is left for a worker to answer with the others. */
export const isSettled = (batch: Batch): boolean =>
  batch.inputs.every((_, index) => openAsks(batch, index).length === 0);

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

/**
 * The batch of one policy asked apart about one input of `batch`. Invariant: `batch` is answered only when all that is
 * asked apart is answered too.
 */
export const askApart = (
  batch: Batch,
  index: number,
  policyId: string,
  alone: Exclude<Batch['alone'], null>,
): Batch => {
  const [settled, input] = [batch.settled[index], batch.inputs[index]];
  if (settled === undefined || input === undefined) throw new Error(`a batch has no input ${index}`);
  settled.set(policyId, null);
  const resolve: Batch['resolve'] = ([answers]) => {
    const answer =
      answers?.[0] ?? errorAnswer(policyId, { code: 'engine_fault', message: 'the engine gave no answer' });
    settled.set(policyId, answer);
    resolveWhenWhole(batch);
  };
  return newBatch({ key: batch.key, inputs: [{ ...input, asks: [policyId] }], resolve, reject: batch.reject }, alone);
};

/** Answers a batch that lacks nothing. */
export const resolveWhenWhole = (batch: Batch): void => {
  if (batch.fresh === null || batch.settled.some((ofInput) => [...ofInput.values()].includes(null))) return;
  batch.resolve(answersOf(batch, batch.fresh));
};

/** Puts settled and fresh answers together in the order of the asks. */
const answersOf = (batch: Batch, fresh: readonly (readonly PolicyAnswer[])[]): readonly (readonly PolicyAnswer[])[] =>
  batch.inputs.map(({ asks }, index) => {
    const settled = batch.settled[index];
    if (settled === undefined || settled.size === 0) return fresh[index] ?? [];
    const byPolicy = new Map((fresh[index] ?? []).map((answer) => [answer.policyId, answer]));
    return asks.flatMap((policyId) => settled.get(policyId) ?? byPolicy.get(policyId) ?? []);
  });
