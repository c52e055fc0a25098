import { jsonPointerAt } from './json-pointer-at.js';
import { problem } from './problem.js';
import { ProblemError } from './problem-error.js';
import { refuseUnstorableText } from './refuse-unstorable-text.js';

/** Deepest nesting of arrays and objects that a request body may have. */
export const MAX_JSON_NESTING = 64;

/** Most members of arrays and objects that a request body may have, all together; the largest has 20 bytes for each. */
export const MAX_JSON_MEMBERS = 500_000;

/**
 * Parses a request body. Throws ProblemError: 400 for what is no JSON (with the position) or no UTF-8, 422 for nesting
 * over 64, more than `members` members, keys named __proto__, and text that PostgreSQL cannot store.
 * Invariant: nothing recurses before the nesting is known, and nothing is made of it before it is known how many
 * members there are: an empty object of two bytes takes twenty times that once it is parsed.
 */
export const parseJson = (body: Uint8Array, members = MAX_JSON_MEMBERS): unknown => {
  const text = decode(body);
  if (text.trim() === '') throw new ProblemError(problem('not-json', 'The body is empty: send a JSON document.'));
  refuseExcess(text, members);
  const value = parse(text);
  refuseUnstorableText(value, text);
  return value;
};

const decode = (body: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new ProblemError(
      problem('not-json', 'The body is not UTF-8: encode the JSON document as UTF-8, uncompressed.'),
      {
        cause,
      },
    );
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const position = positionOf(message, text);
    const where = position === null ? '' : ` At position ${position}.`;
    throw new ProblemError(
      problem('not-json', `The body is not JSON: ${message}.${where} Send one complete JSON document.`),
      {
        cause,
      },
    );
  }
};

const LONGEST_SEARCHED = 512 * 1024;

/** Where the parser stopped; null when its message says so itself, or the text is too long to search within a second. */
const positionOf = (message: string, text: string): number | null => {
  if (/at position \d+/.test(message)) return null;
  if (message.startsWith('Unexpected end')) return text.length;
  return text.length <= LONGEST_SEARCHED ? firstUnexpectedToken(text) : null;
};

/** Invariant: once a prefix holds the unexpected token, so does every longer one; hence bisection finds it. */
const firstUnexpectedToken = (text: string): number => {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hasUnexpectedToken(text.slice(0, middle + 1))) high = middle;
    else low = middle + 1;
  }
  return low;
};

const hasUnexpectedToken = (prefix: string): boolean => {
  try {
    JSON.parse(prefix);
    return false;
  } catch (fault) {
    return fault instanceof Error && fault.message.startsWith('Unexpected token');
  }
};

/** Every member but the first of its array or object stands behind a comma. */
const refuseExcess = (text: string, members: number): void => {
  let [depth, count, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x2c) count += 1;
    else if (code === 0x7b || code === 0x5b) {
      depth = deeper(depth, text, at);
      count += 1;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
    if (count > members) throw tooManyMembers(members);
  }
};

const tooManyMembers = (members: number): ProblemError =>
  new ProblemError(
    problem(422, `The body has more than ${members} members in its arrays and objects: send it in smaller parts.`),
  );

const deeper = (depth: number, text: string, at: number): number => {
  if (depth < MAX_JSON_NESTING) return depth + 1;
  const entry = {
    pointer: jsonPointerAt(text, at),
    detail: `nests arrays and objects more than ${MAX_JSON_NESTING} deep: flatten it`,
  };
  throw new ProblemError(
    problem(
      422,
      `The body nests arrays and objects more than ${MAX_JSON_NESTING} deep at position ${at} (${entry.pointer}): flatten it.`,
      [entry],
    ),
  );
};
