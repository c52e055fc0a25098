import type { BuiltIn } from './built-in.js';
import { equalRego } from './compare-rego.js';
import { isArray, isObject, isSet } from './rego-value.js';
import type { RegoObject, RegoValue } from './rego-value.js';

const includes = (elements: readonly RegoValue[], wanted: RegoValue): boolean =>
  elements.some((element) => equalRego(element, wanted));

const coversAll = (elements: readonly RegoValue[], wanted: readonly RegoValue[]): boolean =>
  wanted.every((element) => includes(elements, element));

/** As OPA searches: after a mismatch it goes on behind the element, without the partial match before it. */
const runsWithin = (elements: readonly RegoValue[], wanted: readonly RegoValue[]): boolean => {
  let start = 0;
  let matched = 0;
  while (matched < wanted.length) {
    const element = elements[start + matched];
    const next = wanted[matched];
    if (element === undefined || next === undefined) return false;
    if (equalRego(element, next)) matched += 1;
    else {
      start += 1;
      matched = 0;
    }
  }
  return true;
};

const coversMembers = (object: RegoObject, wanted: RegoObject): boolean =>
  wanted.entries.every(([key, member]) => {
    const found = object.entries.find(([name]) => equalRego(name, key))?.[1];
    return found !== undefined && (equalRego(found, member) || covers(found, member) === true);
  });

function covers(whole: RegoValue, part: RegoValue): boolean | undefined {
  if (isObject(whole) && isObject(part)) return coversMembers(whole, part);
  if (isSet(whole) && isSet(part)) return coversAll(whole.elements, part.elements);
  if (isArray(whole) && isArray(part)) return runsWithin(whole, part);
  return undefined;
}

/** OPA counts the array's elements that the set holds, so a repeated element counts twice: kept, to agree with it. */
const countsEnough = (elements: readonly RegoValue[], wanted: readonly RegoValue[]): boolean =>
  elements.length > 0 && elements.filter((element) => includes(wanted, element)).length >= wanted.length;

/** `object.subset`. Source: OPA, v1/topdown/subset.go. */
export const objectSubset: BuiltIn = ([whole, part]) => {
  if (whole === undefined || part === undefined) return undefined;
  if (isArray(whole) && isSet(part)) return countsEnough(whole, part.elements);
  return covers(whole, part);
};
