/** Several measurements of one thing, as they are printed and kept. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

/** Throws RangeError when nothing was measured: a figure of nothing would be a made-up one. */
export const figureOf = (values: readonly number[], unit: string): Figure => {
  const sorted = values.toSorted((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || sorted.some((value) => !Number.isFinite(value)))
    throw new RangeError(`Not a series of measurements: ${JSON.stringify(values)}`);
  return { median: round(medianOf(sorted)), min: round(first), max: round(last), unit };
};

/** Of an even number of values the mean of the two in the middle. */
const medianOf = (sorted: readonly number[]): number => {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
};

/** To four digits: more would pretend. */
const round = (value: number): number => Number(value.toPrecision(4));

/** Each of ours divided by the one of theirs that was measured in the same turn. */
export const pairRatios = (ours: readonly number[], theirs: readonly number[]): readonly number[] => {
  if (ours.length !== theirs.length)
    throw new RangeError(`${ours.length} measurements cannot be paired with ${theirs.length}`);
  return ours.map((value, pair) => value / (theirs[pair] ?? Number.NaN));
};
