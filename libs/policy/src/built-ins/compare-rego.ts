import { compareDecimals, decimalOf } from './decimal.js';
import { isArray, isNumber, isObject, isSet } from './rego-value.js';
import type { RegoNumber, RegoObject, RegoValue } from './rego-value.js';

const rank = (value: RegoValue): number => {
  if (value === null) return 0;
  if (typeof value === 'boolean') return 1;
  if (isNumber(value)) return 2;
  if (typeof value === 'string') return 3;
  if (isArray(value)) return 4;
  return isObject(value) ? 5 : 6;
};

const isShort = (text: string): boolean => text.length < 16 && !/[eE]/.test(text);

const compareNumbers = (a: RegoNumber, b: RegoNumber): number => {
  if (a.text === b.text) return 0;
  if (isShort(a.text) && isShort(b.text)) return Math.sign(Number(a.text) - Number(b.text));
  return compareDecimals(decimalOf(a), decimalOf(b));
};

const surrogate = /[\ud800-\udfff]/;

/** By UTF-8 bytes; only where a character takes two units of UTF-16 do these stand in another order. */
const compareStrings = (a: string, b: string): number => {
  if (a === b) return 0;
  if (surrogate.test(a) || surrogate.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
};

const compareLists = (a: readonly RegoValue[], b: readonly RegoValue[]): number => {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compareRego(a[index] ?? null, b[index] ?? null);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
};

const sortedEntries = (value: RegoObject) => [...value.entries].sort(([a], [b]) => compareRego(a, b));

const compareObjects = (a: RegoObject, b: RegoObject): number =>
  compareLists(sortedEntries(a).flat(), sortedEntries(b).flat());

/** The elements of a set, or the entries of an object, as Rego orders them. */
export const inOrder = (elements: readonly RegoValue[]): readonly RegoValue[] => [...elements].sort(compareRego);
export const entriesInOrder = sortedEntries;

/**
 * Rego's order over all values: null, booleans, numbers, strings (by UTF-8 bytes), arrays, objects, sets.
 * Source: OPA, v1/ast/compare.go.
 */
export function compareRego(a: RegoValue, b: RegoValue): number {
  const ranks = rank(a) - rank(b);
  if (ranks !== 0) return Math.sign(ranks);
  if (typeof a === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (isArray(a) && isArray(b)) return compareLists(a, b);
  if (isObject(a) && isObject(b)) return compareObjects(a, b);
  if (isSet(a) && isSet(b)) return compareLists(inOrder(a.elements), inOrder(b.elements));
  return 0;
}

export const equalRego = (a: RegoValue, b: RegoValue): boolean => compareRego(a, b) === 0;
