/** Which observations of a package have their decision, by their place among them: all up to `upTo` but those `missing`. */
export interface Answered {
  readonly upTo: number;
  readonly missing: readonly number[];
}

export const NONE_ANSWERED: Answered = { upTo: 0, missing: [] };

/** What was set aside may come later; of so many that are missing the oldest are not expected any more. */
const MOST_MISSING = 1000;

export const isAnswered = ({ upTo, missing }: Answered, ordinal: number): boolean =>
  ordinal <= upTo && !missing.includes(ordinal);

export const afterAnswer = ({ upTo, missing }: Answered, ordinal: number): Answered => {
  if (ordinal <= upTo) return { upTo, missing: missing.filter((one) => one !== ordinal) };
  const first = Math.max(upTo + 1, ordinal - MOST_MISSING);
  const passed = Array.from({ length: ordinal - first }, (_, index) => first + index);
  return { upTo: ordinal, missing: [...missing, ...passed].slice(-MOST_MISSING) };
};
