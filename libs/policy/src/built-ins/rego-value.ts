import { decimalOf, wholeOf } from './decimal.js';

/** A number as its decimal text: Rego's numbers are not bounded, JavaScript's round beyond 2^53. */
export type RegoNumber = { readonly kind: 'number'; readonly text: string };
export type RegoSet = { readonly kind: 'set'; readonly elements: readonly RegoValue[] };
export type RegoObject = { readonly kind: 'object'; readonly entries: readonly (readonly [RegoValue, RegoValue])[] };

/** A Rego value outside Wasm, told apart as Rego does: sets are not arrays, numbers are exact. */
export type RegoValue = null | boolean | string | RegoNumber | readonly RegoValue[] | RegoSet | RegoObject;

export const regoNumber = (value: number | bigint | string): RegoNumber => ({ kind: 'number', text: String(value) });

export const isArray = (value: RegoValue | undefined): value is readonly RegoValue[] => Array.isArray(value);

const hasKind = (value: RegoValue | undefined, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;

export const isNumber = (value: RegoValue | undefined): value is RegoNumber => hasKind(value, 'number');
export const isSet = (value: RegoValue | undefined): value is RegoSet => hasKind(value, 'set');
export const isObject = (value: RegoValue | undefined): value is RegoObject => hasKind(value, 'object');

/** The integer that a number is (`1e3` and `2.0` are integers too), or undefined. Throws for powers beyond 1e20000. */
export const integerOf = (value: RegoValue | undefined): bigint | undefined =>
  isNumber(value) ? wholeOf(decimalOf(value)) : undefined;

const writtenAsInteger = /^[+-]?\d{1,19}(?:\.0*)?$/;

/**
 * A count or an index as OPA takes it: written as an integer of 64 bits (`2` and `2.0`, not `2e0`). Those beyond 2^53
 * come out as large as numbers are exact, which is beyond every length.
 */
export const countOf = (value: RegoValue | undefined): number | undefined => {
  if (!isNumber(value) || !writtenAsInteger.test(value.text)) return undefined;
  const whole = BigInt(value.text.replace(/\..*$/, ''));
  if (BigInt.asIntN(64, whole) !== whole) return undefined;
  return Math.max(Math.min(Number(whole), Number.MAX_SAFE_INTEGER), Number.MIN_SAFE_INTEGER);
};
