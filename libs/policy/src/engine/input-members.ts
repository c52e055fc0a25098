/** Where a value lies in a text: from, and up to. */
export type Range = readonly [number, number];

/** The members of an object in the order of the text, and of each that is an object itself, its members. */
export type InputMembers = ReadonlyMap<string, { readonly range: Range; readonly members: ReadonlyMap<string, Range> | null }>;

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** Behind the string that begins at `at`. */
const afterString = (text: string, at: number): number => {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
};

const isClose = (code: number): boolean => code === CLOSE_LIST || code === CLOSE_OBJECT;

/** Behind the value that begins at `at`: at the comma or bracket that ends it. */
const afterValue = (text: string, at: number): number => {
  let depth = 0;
  for (let next = at; next < text.length; ) {
    const code = text.charCodeAt(next);
    if (depth === 0 && (code === COMMA || isClose(code))) return next;
    if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (isClose(code)) depth -= 1;
    next = code === QUOTE ? afterString(text, next) : next + 1;
  }
  return text.length;
};

/** A name that is more than plain characters could mean another than it spells, or another place than its path says. */
const isPlain = (name: string): boolean => !name.includes('\\') && !name.includes('.');

/** Calls `found` for each member of the object at `at`, which tells where the value ends; behind the object, or -1 when it is not in compact form. */
const eachMember = (text: string, at: number, found: (name: string, from: number) => number): number => {
  if (text.charCodeAt(at + 1) === CLOSE_OBJECT) return at + 2;
  for (let next = at; text.charCodeAt(next) === (next === at ? OPEN_OBJECT : COMMA); ) {
    if (text.charCodeAt(next + 1) !== QUOTE) return -1;
    const colon = afterString(text, next + 1);
    const name = text.slice(next + 2, colon - 1);
    if (text.charCodeAt(colon) !== COLON || text.charCodeAt(colon + 1) <= SPACE || !isPlain(name)) return -1;
    next = found(name, colon + 1);
    if (next < 0) return -1;
    if (text.charCodeAt(next) === CLOSE_OBJECT) return next + 1;
  }
  return -1;
};

/**
 * Finds the members of a JSON document, down to the second level, without reading the values. `text` may be UTF-8 read as
 * Latin-1. `null` when it is no object, is not in compact form or has an unusual name: then nobody should rely on places in it.
 */
export const inputMembers = (text: string): InputMembers | null => {
  const members = new Map<string, { readonly range: Range; readonly members: Map<string, Range> | null }>();
  if (text.charCodeAt(0) !== OPEN_OBJECT) return null;
  const end = eachMember(text, 0, (name, from) => {
    const inner = text.charCodeAt(from) === OPEN_OBJECT ? new Map<string, Range>() : null;
    const to = inner === null ? afterValue(text, from) : eachMember(text, from, (innerName, at) => rangeEnd(text, inner, innerName, at));
    members.set(name, { range: [from, to], members: inner });
    return to;
  });
  return end === text.length ? members : null;
};

const rangeEnd = (text: string, members: Map<string, Range>, name: string, from: number): number => {
  const to = afterValue(text, from);
  members.set(name, [from, to]);
  return to;
};
