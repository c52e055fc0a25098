/** Go's exponents have a sign and at least two digits: `1e+06`. JavaScript's have one digit or more. */
const goExponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

const trimZeros = (digits: string): string => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);

/** From this exponent on the shortest `%g` is written as `%e`. Source: Go, strconv/ftoa.go, `eprec`. */
const shortestLimit = 6;

/** `%g`: `%e` for very large and very small numbers, else `%f`; the shortest digits when no precision is asked for. */
const general = (value: number, precision: number | undefined): string => {
  const scientific = value.toExponential(precision === undefined ? undefined : Math.min(Math.max(precision, 1), 101) - 1);
  const [mantissa = '0', power = '0'] = scientific.split('e');
  const exponent = Number(power);
  const digits = trimZeros(mantissa).replace(/[-.]/g, '').length;
  const asked = Math.max(precision ?? shortestLimit, 1);
  const limit = precision !== undefined && asked > digits && digits >= exponent + 1 ? digits : asked;
  if (exponent < -4 || exponent >= limit) return goExponent(`${trimZeros(mantissa)}e${power}`);
  return trimZeros(value.toFixed(Math.min(100, Math.max(0, digits - 1 - exponent))));
};

/** Beyond 1e21 JavaScript's `toFixed` turns to exponents; Go writes the integer out. */
const fixed = (value: number, precision: number): string =>
  Math.abs(value) < 1e21
    ? value.toFixed(Math.min(precision, 100))
    : `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;

/** The magnitude of a float by Go's verbs `e`, `f` and `g`, without sign, width and padding. */
export const formatGoFloat = (magnitude: number, verb: 'e' | 'f' | 'g', precision: number | undefined): string => {
  if (verb === 'e') return goExponent(magnitude.toExponential(Math.min(precision ?? 6, 100)));
  return verb === 'f' ? fixed(magnitude, precision ?? 6) : general(magnitude, precision);
};
