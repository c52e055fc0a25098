const unitNanos: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 7n * 86_400_000_000_000n,
  y: 365n * 86_400_000_000_000n,
};

const segment = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h|d|w|y)/y;

const nanosOfSegment = (whole: string, fraction: string, unit: string): bigint => {
  const nanos = unitNanos[unit] ?? 0n;
  // Invariant: as Go does, digits of a fraction that cannot count are dropped, never rounded up.
  return BigInt(whole || '0') * nanos + (BigInt(fraction || '0') * nanos) / 10n ** BigInt(fraction.length);
};

/**
 * Nanoseconds of a duration such as `1h15m30.5s`, `-2d`, `1w`, `1y` (365 days); undefined when it is none or beyond 64
 * bits. Source: Go's `time.ParseDuration` with OPA's units d, w, y.
 */
export const parseDuration = (text: string): bigint | undefined => {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0n;
  let total = 0n;
  segment.lastIndex = 0;
  while (segment.lastIndex < rest.length) {
    const match = segment.exec(rest);
    const [, whole = '', fraction = '', unit = ''] = match ?? [];
    if (match === null || whole + fraction === '' || whole.length > 30 || fraction.length > 30) return undefined;
    total += nanosOfSegment(whole, fraction, unit);
  }
  const nanos = sign === '-' ? -total : total;
  return rest === '' || BigInt.asIntN(64, nanos) !== nanos ? undefined : nanos;
};
