import type { BuiltIn, BuiltIns } from './built-in.js';
import { ofStrings } from './built-in.js';
import { equalRego, inOrder } from './compare-rego.js';
import { jsonOfRegoValue } from './format-rego-value.js';
import { jsonPath, type JsonPath } from './json-path.js';
import { parseRegoValue } from './parse-rego-value.js';
import { isArray, isNumber, isObject, isSet } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

/** Paths as a tree: what a path ends at has no branches. */
type Tree = readonly { readonly key: RegoValue; readonly below: Tree | null }[];

const treeOf = (paths: readonly JsonPath[]): Tree => {
  const keys: RegoValue[] = [];
  for (const [key] of paths) if (key !== undefined && !keys.some((other) => equalRego(other, key))) keys.push(key);
  return keys.map((key) => {
    const rest = paths.filter(([first]) => first !== undefined && equalRego(first, key)).map((path) => path.slice(1));
    // Invariant: a path that ends here takes all that is below, whatever other paths name there.
    return { key, below: rest.some((path) => path.length === 0) ? null : treeOf(rest) };
  });
};

const pathsOf = (value: RegoValue | undefined): readonly JsonPath[] | undefined => {
  const elements = isArray(value) ? value : isSet(value) ? inOrder(value.elements) : undefined;
  const paths = elements?.map(jsonPath).filter((path) => path !== undefined);
  return paths?.length === elements?.length ? paths : undefined;
};

const branch = (tree: Tree, key: RegoValue): Tree | null | undefined =>
  tree.find((one) => equalRego(one.key, key))?.below;

/** Each element of a collection with what of it is kept; what is dropped is not there. */
const mapMembers = (
  value: RegoValue,
  keep: (key: RegoValue, member: RegoValue) => RegoValue | undefined,
): RegoValue | undefined => {
  const kept = (key: RegoValue, member: RegoValue): readonly RegoValue[] => {
    const result = keep(key, member);
    return result === undefined ? [] : [result];
  };
  if (isArray(value)) return value.flatMap((member, index) => kept(String(index), member));
  if (isSet(value)) return { kind: 'set', elements: value.elements.flatMap((member) => kept(member, member)) };
  if (!isObject(value)) return undefined;
  const entries = value.entries.flatMap(([key, member]) => kept(key, member).map((one) => [key, one] as const));
  return { kind: 'object', entries };
};

const without = (value: RegoValue, tree: Tree): RegoValue =>
  mapMembers(value, (key, member) => {
    const below = branch(tree, key);
    if (below === null) return undefined;
    return below === undefined ? member : without(member, below);
  }) ?? value;

const only = (value: RegoValue, tree: Tree): RegoValue =>
  mapMembers(value, (key, member) => {
    const below = branch(tree, key);
    if (below === undefined) return undefined;
    return below === null ? member : only(member, below);
  }) ?? value;

const byPaths =
  (apply: (value: RegoValue, tree: Tree) => RegoValue): BuiltIn =>
  ([object, value]) => {
    const paths = pathsOf(value);
    return isObject(object) && paths !== undefined ? apply(object, treeOf(paths)) : undefined;
  };

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
};

/** The last of members with the same name counts. */
const lastOfEach = (value: RegoValue): RegoValue => {
  if (isArray(value)) return value.map(lastOfEach);
  if (!isObject(value)) return value;
  return { kind: 'object', entries: [...new Map(value.entries.map(([key, member]) => [key, lastOfEach(member)]))] };
};

/** OPA refuses numbers whose power of two is beyond this. Source: v1/ast/term.go, `maxNumberExp`. */
const largestPower = 1e5;

const isTooLarge = (value: RegoValue): boolean => {
  if (isArray(value)) return value.some(isTooLarge);
  if (isObject(value)) return value.entries.some(([, member]) => isTooLarge(member));
  if (!isNumber(value)) return false;
  const [, power] = /[eE]([+-]?\d+)$/.exec(value.text) ?? [];
  return power !== undefined && Math.abs(Number(power)) * Math.log2(10) > largestPower;
};

const unmarshal = (text: string): RegoValue | undefined => {
  if (!isJson(text)) return undefined;
  const value = lastOfEach(parseRegoValue(text));
  return isTooLarge(value) ? undefined : value;
};

/** Go's encoder also escapes what a browser could take for markup or the end of a line. */
const escapeAsGo = (text: string): string =>
  text.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `json.*` where Wasm answers otherwise than OPA. Source: OPA, v1/topdown/json.go, encoding.go. */
export const jsonBuiltIns: BuiltIns = {
  'json.filter': byPaths(only),
  'json.remove': byPaths(without),
  'json.is_valid': ([text]) => typeof text === 'string' && isJson(text),
  'json.marshal': ([value]) => (value === undefined ? undefined : escapeAsGo(jsonOfRegoValue(value))),
  'json.unmarshal': ofStrings((text) => unmarshal(text ?? '')),
};
