import { regoNumber } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

type Reader = { readonly text: string; at: number };

const numberPattern = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringPattern = /"(?:[^"\\]|\\.)*"/sy;

const skipSpaces = (reader: Reader): void => {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at += 1;
};

const take = (reader: Reader, expected: string): boolean => {
  skipSpaces(reader);
  if (!reader.text.startsWith(expected, reader.at)) return false;
  reader.at += expected.length;
  return true;
};

const takePattern = (reader: Reader, pattern: RegExp): string | undefined => {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
};

const broken = (reader: Reader): Error => new Error(`not a Rego value at character ${reader.at}`);

const readList = (reader: Reader, close: string, first?: RegoValue): RegoValue[] => {
  const elements = first === undefined ? [] : [first];
  if (first === undefined && take(reader, close)) return elements;
  if (first !== undefined && take(reader, close)) return elements;
  if (first !== undefined && !take(reader, ',')) throw broken(reader);
  do elements.push(readValue(reader));
  while (take(reader, ','));
  if (!take(reader, close)) throw broken(reader);
  return elements;
};

const readEntries = (reader: Reader, firstKey: RegoValue): (readonly [RegoValue, RegoValue])[] => {
  const entries: (readonly [RegoValue, RegoValue])[] = [[firstKey, readValue(reader)]];
  while (take(reader, ',')) {
    const key = readValue(reader);
    if (!take(reader, ':')) throw broken(reader);
    entries.push([key, readValue(reader)]);
  }
  if (!take(reader, '}')) throw broken(reader);
  return entries;
};

const readBraces = (reader: Reader): RegoValue => {
  if (take(reader, '}')) return { kind: 'object', entries: [] };
  const first = readValue(reader);
  if (take(reader, ':')) return { kind: 'object', entries: readEntries(reader, first) };
  return { kind: 'set', elements: readList(reader, '}', first) };
};

const readWord = (reader: Reader): RegoValue => {
  if (take(reader, 'null')) return null;
  if (take(reader, 'true')) return true;
  if (take(reader, 'false')) return false;
  if (take(reader, 'set()')) return { kind: 'set', elements: [] };
  const number = takePattern(reader, numberPattern);
  if (number === undefined) throw broken(reader);
  return regoNumber(number);
};

function readValue(reader: Reader): RegoValue {
  skipSpaces(reader);
  const string = takePattern(reader, stringPattern);
  if (string !== undefined) return JSON.parse(string) as string;
  if (take(reader, '[')) return readList(reader, ']');
  if (take(reader, '{')) return readBraces(reader);
  return readWord(reader);
}

/** Reads what `opa_value_dump` writes: JSON with set literals and keys of any type. Throws on anything else. */
export const parseRegoValue = (text: string): RegoValue => {
  const reader: Reader = { text, at: 0 };
  const value = readValue(reader);
  skipSpaces(reader);
  if (reader.at !== text.length) throw broken(reader);
  return value;
};
