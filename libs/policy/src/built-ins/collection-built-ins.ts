import type { BuiltIn, BuiltIns } from './built-in.js';
import { equalRego } from './compare-rego.js';
import { countOf, isArray, isObject } from './rego-value.js';
import type { RegoObject, RegoValue } from './rego-value.js';

const slice: BuiltIn = ([list, start, stop]) => {
  const [from, to] = [countOf(start), countOf(stop)];
  if (!isArray(list) || from === undefined || to === undefined) return undefined;
  return list.slice(Math.max(from, 0), Math.max(to, 0));
};

/** Members of the second object win, objects in the same place are joined. */
const join = (left: RegoValue, right: RegoValue): RegoValue => {
  if (!isObject(left) || !isObject(right)) return right;
  const entries = [...left.entries];
  for (const [key, value] of right.entries) {
    const place = entries.findIndex(([name]) => equalRego(name, key));
    if (place < 0) entries.push([key, value]);
    else entries[place] = [key, join(entries[place]?.[1] ?? null, value)];
  }
  return { kind: 'object', entries };
};

const empty: RegoObject = { kind: 'object', entries: [] };

const unionOfAll: BuiltIn = ([objects]) => {
  if (!isArray(objects) || !objects.every(isObject)) return undefined;
  return objects.reduce<RegoValue>(join, empty);
};

/** `array.slice` and `object.union_n` as OPA answers them. */
export const collectionBuiltIns: BuiltIns = { 'array.slice': slice, 'object.union_n': unionOfAll };
