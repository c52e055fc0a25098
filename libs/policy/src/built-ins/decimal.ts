import type { RegoNumber } from './rego-value.js';

/** A number exactly: an integer times a power of ten. */
export type Decimal = { readonly digits: bigint; readonly exponent: number };

/** Beyond it the digits of a number are not written out: nobody measures a package so. Native OPA takes more. */
const largestExponent = 20_000;

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Reads a decimal number; undefined when it is none. Throws for a power of ten that nobody can write out. */
export const readDecimal = (text: string): Decimal | undefined => {
  const [, sign = '', whole = '', fraction = '', power = '0'] = pattern.exec(text) ?? [];
  if (whole + fraction === '') return undefined;
  const exponent = Number(power) - fraction.length;
  if (Math.abs(exponent) > largestExponent)
    throw new Error(`the number ${text.slice(0, 40)} is beyond 1e${largestExponent}`);
  return { digits: BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n), exponent };
};

/** The decimal of a Rego number. */
export const decimalOf = ({ text }: RegoNumber): Decimal => {
  const decimal = readDecimal(text);
  if (decimal === undefined) throw new Error(`${text} is no number`);
  return decimal;
};

/** As a fraction of two integers. */
export const fractionOf = ({ digits, exponent }: Decimal): readonly [bigint, bigint] =>
  exponent >= 0 ? [digits * 10n ** BigInt(exponent), 1n] : [digits, 10n ** BigInt(-exponent)];

/** The integer that a decimal is, undefined when it is none. */
export const wholeOf = (decimal: Decimal): bigint | undefined => {
  const [numerator, denominator] = fractionOf(decimal);
  return numerator % denominator === 0n ? numerator / denominator : undefined;
};

/** -1, 0 or 1. */
export const compareDecimals = (a: Decimal, b: Decimal): number => {
  const least = Math.min(a.exponent, b.exponent);
  const [left, right] = [a, b].map(({ digits, exponent }) => digits * 10n ** BigInt(exponent - least));
  return (left ?? 0n) < (right ?? 0n) ? -1 : (left ?? 0n) > (right ?? 0n) ? 1 : 0;
};
