import type { PolicyAnswer, PolicyError, Timing } from './policy-engine.js';
import type { Verdict } from './worker/answer-of.js';

/** What an answer says, without whose it is and how long it took. Equal ones are mostly the same object. */
export type Said = Verdict & { readonly error: PolicyError | null };

/** Answers of a job on their way out of a worker: each thing said is there once, whatever the number of packages. */
export type PackedAnswers = {
  readonly said: readonly Said[];
  /** Per ask, in the order of inputs and asks: which of `said`, which of TIMINGS, and microseconds. */
  readonly which: Uint32Array;
  readonly timings: Uint8Array;
  readonly micros: Uint32Array;
};

export type Judgement = { readonly said: Said; readonly timing: Timing; readonly micros: number };

const TIMINGS: readonly Timing[] = ['timeless', 'steady', 'moving'];

/** Packs judgements in order. */
export const packAnswers = (judgements: readonly Judgement[]): PackedAnswers => {
  const { length } = judgements;
  const packed = { which: new Uint32Array(length), timings: new Uint8Array(length), micros: new Uint32Array(length) };
  const places = new Map<Said, number>();
  judgements.forEach(({ said, timing, micros }, index) => {
    const place = places.get(said) ?? places.size;
    if (place === places.size) places.set(said, place);
    packed.which[index] = place;
    packed.timings[index] = TIMINGS.indexOf(timing);
    packed.micros[index] = micros;
  });
  return { said: [...places.keys()], ...packed };
};

/** The answers again, per input, given what was asked. */
export const unpackAnswers = (
  { said, which, timings, micros }: PackedAnswers,
  asks: readonly (readonly string[])[],
): readonly (readonly PolicyAnswer[])[] => {
  let next = 0;
  return asks.map((policyIds) =>
    policyIds.map((policyId) => {
      const one = said[which[next] ?? 0];
      const durationMicros = micros[next] ?? 0;
      const timing = TIMINGS[timings[next] ?? -1] ?? 'moving';
      next += 1;
      if (one === undefined) throw new Error(`the worker gave no answer for ${policyId}`);
      const { match, reasons, output, error } = one;
      return { policyId, match, reasons, output, error, timing, durationMicros };
    }),
  );
};
