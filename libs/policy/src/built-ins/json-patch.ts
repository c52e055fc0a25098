import type { BuiltIn } from './built-in.js';
import { equalRego } from './compare-rego.js';
import { jsonPath, type JsonPath as Path } from './json-path.js';
import { isArray, isObject, isSet } from './rego-value.js';
import type { RegoObject, RegoValue } from './rego-value.js';

const member = (object: RegoObject, name: RegoValue): RegoValue | undefined =>
  object.entries.find(([key]) => equalRego(key, name))?.[1];

const indexOf = (list: readonly RegoValue[], key: RegoValue, adding: boolean): number | undefined => {
  if (adding && key === '-') return list.length;
  const text = typeof key === 'string' ? key : typeof key === 'object' && key !== null && 'text' in key ? key.text : '';
  const index = /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : -1;
  return index >= 0 && index < list.length + (adding ? 1 : 0) ? index : undefined;
};

const read = (value: RegoValue, [key, ...rest]: Path): RegoValue | undefined => {
  if (key === undefined) return value;
  const found = isObject(value)
    ? member(value, key)
    : isArray(value)
      ? value[indexOf(value, key, false) ?? -1]
      : isSet(value)
        ? value.elements.find((element) => equalRego(element, key))
        : undefined;
  return found === undefined ? undefined : read(found, rest);
};

type Change = (container: RegoValue, key: RegoValue) => RegoValue | undefined;

const setMember = (object: RegoObject, key: RegoValue, value: RegoValue): RegoObject => {
  const entries = object.entries.filter(([name]) => !equalRego(name, key));
  return { kind: 'object', entries: [...entries, [key, value]] };
};

const replaceChild = (container: RegoValue, key: RegoValue, value: RegoValue): RegoValue | undefined => {
  if (isObject(container)) return setMember(container, key, value);
  if (isSet(container)) {
    const others = container.elements.filter((one) => !equalRego(one, key) && !equalRego(one, value));
    return { kind: 'set', elements: [...others, value] };
  }
  if (!isArray(container)) return undefined;
  const index = indexOf(container, key, false);
  return index === undefined ? undefined : container.with(index, value);
};

const changeAt = (value: RegoValue, path: Path, change: Change): RegoValue | undefined => {
  const [key, ...rest] = path;
  if (key === undefined) return undefined;
  if (rest.length === 0) return change(value, key);
  const child = read(value, [key]);
  const changed = child === undefined ? undefined : changeAt(child, rest, change);
  return changed === undefined ? undefined : replaceChild(value, key, changed);
};

const remove = (value: RegoValue, path: Path): RegoValue | undefined =>
  read(value, path) === undefined
    ? undefined
    : changeAt(value, path, (container, key) => {
        if (isArray(container)) return container.toSpliced(indexOf(container, key, false) ?? 0, 1);
        if (isSet(container))
          return { kind: 'set', elements: container.elements.filter((one) => !equalRego(one, key)) };
        if (!isObject(container)) return undefined;
        return { kind: 'object', entries: container.entries.filter(([name]) => !equalRego(name, key)) };
      });

const insert = (container: RegoValue, key: RegoValue, added: RegoValue): RegoValue | undefined => {
  if (isObject(container)) return setMember(container, key, added);
  if (isSet(container)) {
    if (!equalRego(key, added)) return undefined;
    return { kind: 'set', elements: [...container.elements.filter((one) => !equalRego(one, key)), added] };
  }
  if (!isArray(container)) return undefined;
  const index = indexOf(container, key, true);
  return index === undefined ? undefined : container.toSpliced(index, 0, added);
};

const add = (value: RegoValue, path: Path, added: RegoValue): RegoValue | undefined =>
  path.length === 0 ? added : changeAt(value, path, (container, key) => insert(container, key, added));

const replaceAt = (value: RegoValue, path: Path, next: RegoValue): RegoValue | undefined => {
  if (path.length === 0) return next;
  const removed = remove(value, path);
  return removed === undefined ? undefined : add(removed, path, next);
};

const applyOne = (value: RegoValue, operation: RegoObject): RegoValue | undefined => {
  const path = jsonPath(member(operation, 'path'));
  const from = jsonPath(member(operation, 'from'));
  const given = member(operation, 'value');
  if (path === undefined) return undefined;
  const source = from && read(value, from);
  switch (member(operation, 'op')) {
    case 'add':
      return given === undefined ? undefined : add(value, path, given);
    case 'remove':
      return remove(value, path);
    case 'replace':
      return given === undefined ? undefined : replaceAt(value, path, given);
    case 'copy':
      return source === undefined ? undefined : add(value, path, source);
    case 'move': {
      const without = from && remove(value, from);
      return source === undefined || without === undefined ? undefined : add(without, path, source);
    }
    case 'test': {
      const found = read(value, path);
      return found !== undefined && given !== undefined && equalRego(found, given) ? value : undefined;
    }
    default:
      return undefined;
  }
};

/** `json.patch`, RFC 6902 over Rego values, sets included; undefined as soon as one operation fails. */
export const jsonPatch: BuiltIn = ([value, operations]) => {
  if (value === undefined || !isArray(operations)) return undefined;
  return operations.reduce<RegoValue | undefined>(
    (current, operation) => (current !== undefined && isObject(operation) ? applyOne(current, operation) : undefined),
    value,
  );
};
