/** Go's exponents have a sign and at least two digits: `1e+06`. JavaScript's have one digit or more. */
const goExponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

const trimZeros = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);

/** The exact value as a fraction: every float is an integer times a power of two. */
const fractionOf = (value: number): readonly [bigint, bigint] => {
  let power = 0n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power += 1n;
  }
  return [BigInt(scaled), 2n ** power];
};

/** True when a value lies exactly between two neighbours with so many decimals (fewer than none: tens, hundreds). */
const isTie = (value: number, decimals: number): boolean => {
  const [numerator, denominator] = fractionOf(value);
  const up = 10n ** BigInt(Math.max(decimals, 0));
  const down = 10n ** BigInt(Math.max(-decimals, 0)) * denominator;
  const doubled = numerator * up * 2n;
  return doubled % down === 0n && (doubled / down) % 2n === 1n;
};

/** JavaScript rounds ties up, Go to the even neighbour: the digit below an odd one. */
const tieToEven = (digits: string, tied: boolean): string =>
  tied && /[13579]$/.test(digits) ? digits.slice(0, -1) + String(Number(digits.slice(-1)) - 1) : digits;

const toFixed = (value: number, decimals: number): string => tieToEven(value.toFixed(decimals), isTie(value, decimals));

const toExponential = (value: number, decimals: number): string => {
  const [mantissa = '', power = ''] = value.toExponential(decimals).split('e');
  const exponent = Number(value.toExponential().split('e')[1]);
  return `${tieToEven(mantissa, isTie(value, decimals - exponent))}e${power}`;
};

/** From this exponent on the shortest `%g` is written as `%e`. Source: Go, strconv/ftoa.go, `eprec`. */
const shortestLimit = 6;

/** `%g`: `%e` for very large and very small numbers, else `%f`; the shortest digits when no precision is asked for. */
const general = (value: number, precision: number | undefined): string => {
  const scientific =
    precision === undefined ? value.toExponential() : toExponential(value, Math.min(Math.max(precision, 1), 101) - 1);
  const [mantissa = '0', power = '0'] = scientific.split('e');
  const exponent = Number(power);
  const digits = trimZeros(mantissa).replace(/[-.]/g, '').length;
  const significant = Math.max(precision ?? shortestLimit, 1);
  const limit = precision !== undefined && significant > digits && digits >= exponent + 1 ? digits : significant;
  if (exponent < -4 || exponent >= limit) return goExponent(`${trimZeros(mantissa)}e${power}`);
  return trimZeros(toFixed(value, Math.min(100, Math.max(0, digits - 1 - exponent))));
};

/** Beyond 1e21 JavaScript's `toFixed` turns to exponents; Go writes the integer out. */
const fixed = (value: number, precision: number): string =>
  Math.abs(value) < 1e21
    ? toFixed(value, Math.min(precision, 100))
    : `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;

/** The magnitude of a float by Go's verbs `e`, `f` and `g`, without sign, width and padding. */
export const formatGoFloat = (magnitude: number, verb: 'e' | 'f' | 'g', precision: number | undefined): string => {
  if (verb === 'e') return goExponent(toExponential(magnitude, Math.min(precision ?? 6, 100)));
  return verb === 'f' ? fixed(magnitude, precision ?? 6) : general(magnitude, precision);
};
