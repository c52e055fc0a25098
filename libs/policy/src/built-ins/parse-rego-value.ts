import { regoNumber } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

type Reader = { readonly text: string; at: number };

const numberPattern = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OPEN_LIST, CLOSE_LIST, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

const skipSpaces = (reader: Reader): void => {
  while (isSpace(reader.text.charCodeAt(reader.at))) reader.at += 1;
};

/** The next character that is no space, which stays to be read; NaN at the end. */
const peek = (reader: Reader): number => {
  skipSpaces(reader);
  return reader.text.charCodeAt(reader.at);
};

const take = (reader: Reader, code: number): boolean => {
  if (peek(reader) !== code) return false;
  reader.at += 1;
  return true;
};

const broken = (reader: Reader): Error => new Error(`not a Rego value at character ${reader.at}`);

/** The quote that ends a string: the next one that no odd run of backslashes stands before. */
const endOfString = (reader: Reader): number => {
  const { text, at } = reader;
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  throw broken(reader);
};

const readString = (reader: Reader): string => {
  const end = endOfString(reader);
  const inner = reader.text.slice(reader.at + 1, end);
  const value = inner.includes('\\') ? (JSON.parse(`"${inner}"`) as string) : inner;
  reader.at = end + 1;
  return value;
};

const readList = (reader: Reader, close: number, elements: RegoValue[]): RegoValue[] => {
  if (take(reader, close)) return elements;
  if (elements.length > 0 && !take(reader, COMMA)) throw broken(reader);
  do elements.push(readValue(reader));
  while (take(reader, COMMA));
  if (!take(reader, close)) throw broken(reader);
  return elements;
};

const readEntries = (reader: Reader, firstKey: RegoValue): (readonly [RegoValue, RegoValue])[] => {
  const entries: (readonly [RegoValue, RegoValue])[] = [[firstKey, readValue(reader)]];
  while (take(reader, COMMA)) {
    const key = readValue(reader);
    if (!take(reader, COLON)) throw broken(reader);
    entries.push([key, readValue(reader)]);
  }
  if (!take(reader, CLOSE_BRACE)) throw broken(reader);
  return entries;
};

const readBraces = (reader: Reader): RegoValue => {
  if (take(reader, CLOSE_BRACE)) return { kind: 'object', entries: [] };
  const first = readValue(reader);
  if (take(reader, COLON)) return { kind: 'object', entries: readEntries(reader, first) };
  return { kind: 'set', elements: readList(reader, CLOSE_BRACE, [first]) };
};

const takeWord = (reader: Reader, word: string): boolean => {
  if (!reader.text.startsWith(word, reader.at)) return false;
  reader.at += word.length;
  return true;
};

const readWord = (reader: Reader): RegoValue => {
  if (takeWord(reader, 'null')) return null;
  if (takeWord(reader, 'true')) return true;
  if (takeWord(reader, 'false')) return false;
  if (takeWord(reader, 'set()')) return { kind: 'set', elements: [] };
  numberPattern.lastIndex = reader.at;
  const number = numberPattern.exec(reader.text)?.[0];
  if (number === undefined) throw broken(reader);
  reader.at += number.length;
  return regoNumber(number);
};

function readValue(reader: Reader): RegoValue {
  const code = peek(reader);
  if (code === QUOTE) return readString(reader);
  if (code !== OPEN_LIST && code !== OPEN_BRACE) return readWord(reader);
  reader.at += 1;
  return code === OPEN_LIST ? readList(reader, CLOSE_LIST, []) : readBraces(reader);
}

/** Reads what `opa_value_dump` writes: JSON with set literals and keys of any type. Throws on anything else. */
export const parseRegoValue = (text: string): RegoValue => {
  const reader: Reader = { text, at: 0 };
  const value = readValue(reader);
  skipSpaces(reader);
  if (reader.at !== text.length) throw broken(reader);
  return value;
};
