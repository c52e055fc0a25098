import {
  addFloats,
  bigFloatOf,
  divideFloats,
  multiplyFloats,
  negated,
  showBigFloat,
  truncateFloat,
} from './big-float.js';
import type { BigFloat } from './big-float.js';
import type { BuiltIn, BuiltIns } from './built-in.js';
import { equalRego } from './compare-rego.js';
import { decimalOf, fractionOf } from './decimal.js';
import { countOf, integerOf, isArray, isNumber, isSet, regoNumber } from './rego-value.js';
import type { RegoNumber, RegoValue } from './rego-value.js';

const floatOf = (number: RegoNumber): BigFloat =>
  bigFloatOf(...fractionOf(decimalOf(number)), number.text.startsWith('-'));

const shown = (value: BigFloat): RegoNumber => regoNumber(showBigFloat(value));

type Operation = {
  readonly exact: (a: bigint, b: bigint) => bigint;
  readonly float: (a: BigFloat, b: BigFloat) => BigFloat;
};

/** Exact on integers of any size, else on floats of 64 bits. */
const reckon = ({ exact, float }: Operation, a: RegoNumber, b: RegoNumber): RegoNumber => {
  const [left, right] = [integerOf(a), integerOf(b)];
  if (left !== undefined && right !== undefined) return regoNumber(exact(left, right));
  return shown(float(floatOf(a), floatOf(b)));
};

const plus: Operation = { exact: (a, b) => a + b, float: addFloats };
const minus: Operation = { exact: (a, b) => a - b, float: (a, b) => addFloats(a, negated(b)) };
const times: Operation = { exact: (a, b) => a * b, float: multiplyFloats };

const ofNumbers =
  (operation: Operation): BuiltIn =>
  ([a, b]) =>
    isNumber(a) && isNumber(b) ? reckon(operation, a, b) : undefined;

const difference: BuiltIn = ([a, b]) => {
  if (isNumber(a) && isNumber(b)) return reckon(minus, a, b);
  if (!isSet(a) || !isSet(b)) return undefined;
  return { kind: 'set', elements: a.elements.filter((one) => !b.elements.some((other) => equalRego(one, other))) };
};

const isSmall = (value: number | undefined): value is number =>
  value !== undefined && value >= -0x80000000 && value <= 0x7fffffff;

/** Exact where both are integers of 32 bits and nothing is left; a float otherwise. Undefined for a divisor of zero. */
const quotient: BuiltIn = ([a, b]) => {
  if (!isNumber(a) || !isNumber(b)) return undefined;
  const [left, right] = [countOf(a), countOf(b)];
  if (isSmall(left) && isSmall(right) && right !== 0 && left !== 0 && left % right === 0)
    return regoNumber(left / right);
  const divisor = floatOf(b);
  return divisor.mantissa === 0n ? undefined : shown(divideFloats(floatOf(a), divisor));
};

/** Integers of 32 bits stay as they are, others go through a float of 64 bits. */
const ofFloat =
  (compute: (value: BigFloat) => RegoNumber): BuiltIn =>
  ([value]) => {
    if (!isNumber(value)) return undefined;
    const small = countOf(value);
    return compute(isSmall(small) ? bigFloatOf(BigInt(small)) : floatOf(value));
  };

const half = bigFloatOf(1n, 2n);

const round = (value: BigFloat): RegoNumber =>
  regoNumber(truncateFloat(addFloats(value, value.negative ? negated(half) : half)).whole);

/** Invariant: as OPA, which takes the sign from what stands before the point: -0.5 becomes 1. */
const ceil = (value: BigFloat): RegoNumber => {
  const { whole, exact } = truncateFloat(value);
  return regoNumber(whole < 0n || exact ? whole : whole + 1n);
};

/** Invariant: as OPA, see `ceil`: -0.5 becomes 0. */
const floor = (value: BigFloat): RegoNumber => {
  const { whole, exact } = truncateFloat(value);
  return regoNumber(whole >= 0n || exact ? whole : whole - 1n);
};

const numbersOf = (value: RegoValue | undefined): readonly RegoNumber[] | undefined => {
  const elements = isArray(value) ? value : isSet(value) ? value.elements : undefined;
  return elements?.every(isNumber) === true ? elements.filter(isNumber) : undefined;
};

/** OPA begins with a float of 53 bits, and stays with so many. */
const productPrecision = 53;

const product: BuiltIn = ([value]) => {
  const numbers = numbersOf(value);
  const integers = numbers?.map(integerOf).filter((one) => one !== undefined);
  if (numbers === undefined || integers === undefined) return undefined;
  if (integers.length === numbers.length) return regoNumber(integers.reduce((a, b) => a * b, 1n));
  const first = multiplyFloats(bigFloatOf(1n), bigFloatOf(1n), productPrecision);
  return shown(numbers.map(floatOf).reduce((a, b) => multiplyFloats(a, b, productPrecision), first));
};

/** Arithmetic as OPA does it: Wasm writes large results with exponents and rounds elsewhere. Source: v1/topdown/arithmetic.go. */
export const arithmeticBuiltIns: BuiltIns = {
  plus: ofNumbers(plus),
  minus: difference,
  mul: ofNumbers(times),
  div: quotient,
  abs: ofFloat((value) => shown({ ...value, negative: false })),
  round: ofFloat(round),
  ceil: ofFloat(ceil),
  floor: ofFloat(floor),
  product,
};
