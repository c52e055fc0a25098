/**
 * Numbers as Go's `big.Float` holds them when OPA reckons with them: 64 bits of mantissa, the nearest, ties to even.
 * Zero has a sign. Source: Go, math/big, float.go and ftoa.go.
 */
export type BigFloat = {
  readonly negative: boolean;
  readonly mantissa: bigint;
  /** Of two: the value is mantissa times 2 to the power. */
  readonly power: number;
  /** Bits of the mantissa. */
  readonly precision: number;
};

const usual = 64;

const bitsOf = (value: bigint): number => {
  const digits = value.toString(16);
  return digits.length * 4 - (Math.clz32(Number.parseInt(digits.slice(0, 1), 16)) - 28);
};

const shifted = (value: bigint, by: number): bigint => (by >= 0 ? value << BigInt(by) : value >> BigInt(-by));

/** A fraction of two integers that are not negative, times a power of two, to so many bits. */
const rounded = (
  negative: boolean,
  [numerator, denominator]: readonly [bigint, bigint],
  power: number,
  precision: number,
): BigFloat => {
  if (numerator === 0n) return { negative, mantissa: 0n, power: 0, precision };
  // Two bits more than are kept, and whether anything is left beyond them: enough to know the nearest.
  const shift = precision + 2 - (bitsOf(numerator) - bitsOf(denominator));
  const [over, under] =
    shift >= 0 ? [numerator << BigInt(shift), denominator] : [numerator, denominator << BigInt(-shift)];
  const quotient = over / under;
  const sticky = over % under === 0n ? 0n : 1n;
  const excess = bitsOf(quotient) - precision;
  const kept = quotient >> BigInt(excess);
  const half = 1n << BigInt(excess - 1);
  const rest = quotient - (kept << BigInt(excess));
  const up = rest > half || (rest === half && (sticky === 1n || kept % 2n === 1n));
  return { negative, mantissa: up ? kept + 1n : kept, power: power - shift + excess, precision };
};

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** The nearest to a fraction of two integers, the second positive. */
export const bigFloatOf = (numerator: bigint, denominator = 1n, negative = numerator < 0n): BigFloat =>
  rounded(negative, [magnitude(numerator), denominator], 0, usual);

const signed = ({ negative, mantissa }: BigFloat): bigint => (negative ? -mantissa : mantissa);

export const addFloats = (a: BigFloat, b: BigFloat): BigFloat => {
  const power = Math.min(a.power, b.power);
  const sum = shifted(signed(a), a.power - power) + shifted(signed(b), b.power - power);
  const negative = sum === 0n ? a.negative && b.negative : sum < 0n;
  return rounded(negative, [magnitude(sum), 1n], power, Math.max(a.precision, b.precision));
};

export const negated = (value: BigFloat): BigFloat => ({ ...value, negative: !value.negative });

/** As precise as the more precise, unless said otherwise. */
export const multiplyFloats = (a: BigFloat, b: BigFloat, precision = Math.max(a.precision, b.precision)): BigFloat =>
  rounded(a.negative !== b.negative, [a.mantissa * b.mantissa, 1n], a.power + b.power, precision);

/** The second is not zero. */
export const divideFloats = (a: BigFloat, b: BigFloat): BigFloat =>
  rounded(a.negative !== b.negative, [a.mantissa, b.mantissa], a.power - b.power, Math.max(a.precision, b.precision));

/** What stands before the point, and whether that is all. */
export const truncateFloat = (value: BigFloat): { readonly whole: bigint; readonly exact: boolean } => {
  const whole = shifted(value.mantissa, value.power);
  const exact = value.power >= 0 || whole << BigInt(-value.power) === value.mantissa;
  return { whole: value.negative ? -whole : whole, exact };
};

/** Decimal digits without zeros at the end, and where the point stands: 0.d₁d₂… times ten to `point`. */
type Digits = { readonly digits: string; readonly point: number };

const exactDigits = (mantissa: bigint, power: number): Digits => {
  const value = power >= 0 ? mantissa << BigInt(power) : mantissa * 5n ** BigInt(-power);
  const text = String(value);
  return { digits: text.replace(/0+$/, ''), point: text.length - (power >= 0 ? 0 : -power) };
};

const cutDigits = ({ digits, point }: Digits, length: number, up: boolean): Digits => {
  const kept = digits.slice(0, length);
  if (!up) return { digits: kept.replace(/0+$/, ''), point };
  const raised = String(BigInt(kept) + 1n);
  return { digits: raised.replace(/0+$/, ''), point: point + raised.length - kept.length };
};

const isNearerAbove = ({ digits }: Digits, length: number): boolean => {
  const rest = digits.slice(length);
  if (rest !== '5') return rest.slice(0, 1) >= '5';
  return Number(digits[length - 1]) % 2 === 1;
};

/** The fewest digits that no other number of as many bits is nearer to. Source: Go, math/big/ftoa.go, `roundShortest`. */
const shortestDigits = ({ mantissa, power, precision }: BigFloat): Digits => {
  const exact = exactDigits(mantissa, power);
  const twice = mantissa << BigInt(precision + 1 - bitsOf(mantissa));
  const half = power - (precision + 1 - bitsOf(mantissa));
  const [lower, upper] = [exactDigits(twice - 1n, half), exactDigits(twice + 1n, half)];
  const inclusive = (twice & 2n) === 0n;
  for (let place = 0; place < exact.digits.length; place += 1) {
    const [digit, below, above] = [exact, lower, upper].map(({ digits }) => Number(digits[place] ?? '0'));
    const down = below !== digit || (inclusive && place + 1 === lower.digits.length);
    const up = digit !== above && (inclusive || (digit ?? 0) + 1 < (above ?? 0) || place + 1 < upper.digits.length);
    if (down || up) return cutDigits(exact, place + 1, up && (!down || isNearerAbove(exact, place + 1)));
  }
  return exact;
};

const scientific = (digits: string, exponent: number): string => {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
};

const fixed = ({ digits, point }: Digits): string => {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return digits.length <= point ? digits.padEnd(point, '0') : `${digits.slice(0, point)}.${digits.slice(point)}`;
};

/** As OPA writes a result: integers in full, others by `%g` with the fewest digits. Source: v1/topdown/builtins, `FloatToNumber`. */
export const showBigFloat = (value: BigFloat): string => {
  const sign = value.negative ? '-' : '';
  if (value.mantissa === 0n) return `${sign}0`;
  const found = shortestDigits(value);
  const exponent = found.point - 1;
  const whole = truncateFloat(value).exact;
  return sign + (!whole && (exponent < -4 || exponent >= 6) ? scientific(found.digits, exponent) : fixed(found));
};
