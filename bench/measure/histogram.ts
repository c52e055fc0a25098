/** Counts durations in buckets of about 1 %, so that a million of them cost the memory of a few thousand numbers. */
export interface Histogram {
  /** Milliseconds, not negative. */
  add(millis: number): void;
  /** How many were added. */
  count(): number;
  /** The upper edge of the bucket that holds the quantile `q` (0 to 1): never less than the true value, at most 1 % more. */
  quantile(q: number): number;
  max(): number;
}

const GROWTH = 1.01;
const SMALLEST_MILLIS = 0.01;

export const createHistogram = (): Histogram => {
  const buckets = new Map<number, number>();
  let [total, largest] = [0, 0];
  return {
    add: (millis) => {
      if (!(millis >= 0)) throw new RangeError(`${millis} ms is no duration`);
      const bucket = millis <= SMALLEST_MILLIS ? 0 : Math.ceil(Math.log(millis / SMALLEST_MILLIS) / Math.log(GROWTH));
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
      total += 1;
      largest = Math.max(largest, millis);
    },
    count: () => total,
    quantile: (q) => {
      if (total === 0) throw new RangeError('An empty histogram has no quantiles.');
      let left = Math.max(1, Math.ceil(q * total));
      for (const [bucket, count] of [...buckets].sort(([a], [b]) => a - b)) {
        left -= count;
        if (left <= 0) return Math.min(largest, SMALLEST_MILLIS * GROWTH ** bucket);
      }
      return largest;
    },
    max: () => largest,
  };
};
