import type { PolicyAnswer, PolicyError } from './policy-engine.js';
import type { Verdict } from './answer-of.js';

/** What an answer says, without whose it is and how long it took. Equal ones are mostly the same object. */
export type Said = Verdict & { readonly error: PolicyError | null };

/** Answers of a job on their way out of a worker: each thing said is there once, whatever the number of packages. */
export type PackedAnswers = {
  readonly said: readonly Said[];
  /** Per ask, in the order of inputs and asks: which of `said`, and microseconds. */
  readonly which: Uint32Array;
  readonly micros: Uint32Array;
};

export type Judgement = { readonly said: Said; readonly micros: number };

/** Packs judgements in order. */
export const packAnswers = (judgements: readonly Judgement[]): PackedAnswers => {
  const places = new Map<Said, number>();
  const which = Uint32Array.from(judgements, ({ said }) => {
    const place = places.get(said) ?? places.size;
    places.set(said, place);
    return place;
  });
  return { said: [...places.keys()], which, micros: Uint32Array.from(judgements, ({ micros }) => micros) };
};

/** The answers again, per input, given what was asked. */
export const unpackAnswers = (
  { said, which, micros }: PackedAnswers,
  asks: readonly (readonly string[])[],
): readonly (readonly PolicyAnswer[])[] => {
  let next = 0;
  return asks.map((policyIds) =>
    policyIds.map((policyId) => {
      const one = said[which[next] ?? 0];
      const durationMicros = micros[next] ?? 0;
      next += 1;
      if (one === undefined) throw new Error(`the worker gave no answer for ${policyId}`);
      const { match, reasons, output, error } = one;
      return { policyId, match, reasons, output, error, durationMicros };
    }),
  );
};
