import type { BuiltIn, BuiltIns } from './built-in.js';
import { integerOf, regoNumber } from './rego-value.js';

/** Native OPA goes on until its memory is full. */
const longestShift = 100_000n;

const ofIntegers =
  (compute: (a: bigint, b: bigint) => bigint | undefined): BuiltIn =>
  ([first, second]) => {
    const [a, b] = [integerOf(first), integerOf(second)];
    const result = a === undefined || b === undefined ? undefined : compute(a, b);
    return result === undefined ? undefined : regoNumber(result);
  };

/** How far to shift: OPA takes the lowest 64 bits. */
const shiftOf = (by: bigint): bigint | undefined => (by < 0n ? undefined : BigInt.asUintN(64, by));

const shiftLeft = (value: bigint, by: bigint): bigint | undefined => {
  const shift = shiftOf(by);
  if (shift === undefined || value === 0n) return shift === undefined ? undefined : 0n;
  if (shift > longestShift) throw new Error(`it shifts by more than ${longestShift} bits`);
  return value << shift;
};

const shiftRight = (value: bigint, by: bigint): bigint | undefined => {
  const shift = shiftOf(by);
  if (shift === undefined) return undefined;
  return shift > longestShift * 10n ? (value < 0n ? -1n : 0n) : value >> shift;
};

/** `bits.*` on integers of any size. Source: OPA, v1/topdown/bits.go. */
export const bitBuiltIns: BuiltIns = {
  'bits.and': ofIntegers((a, b) => a & b),
  'bits.or': ofIntegers((a, b) => a | b),
  'bits.xor': ofIntegers((a, b) => a ^ b),
  'bits.lsh': ofIntegers(shiftLeft),
  'bits.rsh': ofIntegers(shiftRight),
  'bits.negate': ([value]) => {
    const integer = integerOf(value);
    return integer === undefined ? undefined : regoNumber(~integer);
  },
};
