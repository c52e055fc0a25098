/** A member to look for: where its range is told, and members to look for in it when it is an object. */
export interface Place {
  readonly index: number;
  readonly inner: Places;
}

export type Places = ReadonlyMap<string, Place>;

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
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

/** Behind the name that begins at `at`; -1 for one that is more than plain characters: it could mean another than it spells, or another place than its path says. */
const afterName = (text: string, at: number): number => {
  for (let next = at + 1; next < text.length; next += 1) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) return next + 1;
    if (code === BACKSLASH || code === DOT) return -1;
  }
  return -1;
};

/** Behind the member's value, whose range is told when it is looked for; -1 when an object in it is not as it should be. */
const afterMember = (text: string, from: number, place: Place | undefined, ranges: Int32Array): number => {
  if (place === undefined) return afterValue(text, from);
  const isOpened = place.inner.size > 0 && text.charCodeAt(from) === OPEN_OBJECT;
  const to = isOpened ? afterMembers(text, from, place.inner, ranges) : afterValue(text, from);
  ranges[2 * place.index] = from;
  ranges[2 * place.index + 1] = to;
  return to;
};

/** Behind the object at `at`, or -1 when it is not in compact form or has an unusual name. */
const afterMembers = (text: string, at: number, places: Places, ranges: Int32Array): number => {
  if (text.charCodeAt(at + 1) === CLOSE_OBJECT) return at + 2;
  for (let next = at; text.charCodeAt(next) === (next === at ? OPEN_OBJECT : COMMA); ) {
    if (text.charCodeAt(next + 1) !== QUOTE) return -1;
    const colon = afterName(text, next + 1);
    if (colon < 0 || text.charCodeAt(colon) !== COLON || text.charCodeAt(colon + 1) <= SPACE) return -1;
    next = afterMember(text, colon + 1, places.get(text.slice(next + 2, colon - 1)), ranges);
    if (next < 0) return -1;
    if (text.charCodeAt(next) === CLOSE_OBJECT) return next + 1;
  }
  return -1;
};

/**
 * Tells where the members that are looked for lie in a JSON document, without reading its values: for the place of index i
 * from and up to at 2i and 2i + 1 of `ranges`, which it leaves alone for what is not there. `text` may be UTF-8 read as
 * Latin-1. False when it is no object, is not in compact form or has an unusual name: then nobody should rely on the ranges.
 */
export const findPlaces = (text: string, places: Places, ranges: Int32Array): boolean =>
  text.charCodeAt(0) === OPEN_OBJECT && afterMembers(text, 0, places, ranges) === text.length;
