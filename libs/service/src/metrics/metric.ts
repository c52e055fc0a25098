/** A metric as Prometheus shows it. */
export interface Metric {
  /** With the unit's suffix, as Prometheus wants it. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** UCUM; empty for plain counts. */
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}
