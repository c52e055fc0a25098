/** A member to look for: where its range is told, and members to look for in it when it is an object. */
export interface SoughtMember {
  readonly index: number;
  readonly inner: SoughtMembers;
}

/** Members to look for, by name. Hardly any other passes `mayBeSought`: most names are not cut out to be looked up. */
export interface SoughtMembers {
  readonly byName: ReadonlyMap<string, SoughtMember>;
  /** By a sum of a name's length and first byte: 1 where one of the names has it. */
  readonly mayBeSought: Uint8Array;
}

/** A JSON document: its bytes, and the same read as Latin-1, so that a place in one is a place in the other. */
export interface Document {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/**
 * Tells where the members that are looked for lie in a JSON document, without reading its values: for the member of index
 * i from and up to at 2i and 2i + 1 of `ranges`, which it leaves alone for what is not there. False when it is no object,
 * is not in compact form or has an unusual name: then nobody should rely on the ranges.
 */
export const findMembers = (document: Document, sought: SoughtMembers, ranges: Int32Array): boolean =>
  document.bytes[0] === OPEN_OBJECT && afterMembers(document, 0, sought, ranges) === document.bytes.length;

const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const DOT = 46;
const COLON = 58;
const BACKSLASH = 92;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/** Behind the object at `at`, or -1 when it is not in compact form or has an unusual name. */
const afterMembers = (document: Document, at: number, sought: SoughtMembers, ranges: Int32Array): number => {
  const { bytes } = document;
  if (bytes[at + 1] === CLOSE_OBJECT) return at + 2;
  for (let next = at; bytes[next] === (next === at ? OPEN_OBJECT : COMMA);) {
    if (bytes[next + 1] !== QUOTE) return -1;
    const colon = afterName(document, next + 1);
    if (colon < 0 || bytes[colon] !== COLON || (bytes[colon + 1] ?? SPACE) <= SPACE) return -1;
    next = afterMember(document, colon + 1, memberNamed(sought, document, next + 2, colon - 1), ranges);
    if (next < 0) return -1;
    if (bytes[next] === CLOSE_OBJECT) return next + 1;
  }
  return -1;
};

/**
 * Behind the name that begins at `at`; -1 for one that is more than plain characters: it could mean another than it
 * spells, or another place than its path says.
 */
const afterName = ({ bytes }: Document, at: number): number => {
  for (let next = at + 1; next < bytes.length; next += 1) {
    const code = bytes[next];
    if (code === QUOTE) return next + 1;
    if (code === BACKSLASH || code === DOT) return -1;
  }
  return -1;
};

/** Behind the member's value, whose range is told when it is looked for; -1 when an object in it is not as it should be. */
const afterMember = (
  document: Document,
  from: number,
  member: SoughtMember | undefined,
  ranges: Int32Array,
): number => {
  if (member === undefined) return afterValue(document, from);
  const isOpened = member.inner.byName.size > 0 && document.bytes[from] === OPEN_OBJECT;
  const to = isOpened ? afterMembers(document, from, member.inner, ranges) : afterValue(document, from);
  ranges[2 * member.index] = from;
  ranges[2 * member.index + 1] = to;
  return to;
};

/** Behind the value that begins at `at`: at the comma or bracket that ends it. */
const afterValue = (document: Document, at: number): number => {
  const { bytes } = document;
  let depth = 0;
  for (let next = at; next < bytes.length;) {
    const code = bytes[next];
    if (depth === 0 && (code === COMMA || isClose(code))) return next;
    if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (isClose(code)) depth -= 1;
    next = code === QUOTE ? afterString(document, next) : next + 1;
  }
  return bytes.length;
};

const isClose = (code: number | undefined): boolean => code === CLOSE_LIST || code === CLOSE_OBJECT;

/** Longer strings are searched: a search takes as long as a look at so many bytes, which are faster to look at than characters. */
const SHORT = 32;

/** Behind the string that begins at `at`. */
const afterString = ({ bytes, text }: Document, at: number): number => {
  const near = Math.min(bytes.length, at + SHORT);
  for (let next = at + 1; next < near; next += 1) {
    if (bytes[next] === QUOTE) return next + 1;
    if (bytes[next] === BACKSLASH) next += 1;
  }
  return afterLongString(text, at);
};

const afterLongString = (text: string, at: number): number => {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end + 1;
  }
  return text.length;
};

const SUMS = 1_024;
const sumOf = (length: number, first: number): number => (length + first * 31) % SUMS;

/** Behind an empty name its quote comes first. */
export const soughtMembers = (byName: ReadonlyMap<string, SoughtMember>): SoughtMembers => {
  const mayBeSought = new Uint8Array(SUMS);
  for (const name of byName.keys()) mayBeSought[sumOf(name.length, name.charCodeAt(0) || QUOTE)] = 1;
  return { byName, mayBeSought };
};

/** The sought member whose name lies from and up to there. */
const memberNamed = (
  { byName, mayBeSought }: SoughtMembers,
  { bytes, text }: Document,
  from: number,
  to: number,
): SoughtMember | undefined =>
  mayBeSought[sumOf(to - from, bytes[from] ?? 0)] === 1 ? byName.get(text.slice(from, to)) : undefined;
