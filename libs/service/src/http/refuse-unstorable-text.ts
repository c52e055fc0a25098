import { unstorableIn, type Unstorable } from '@weir/postgres';
import { pointerOf } from './describe-issue.js';
import { problem } from './problem.js';
import { ProblemError } from './problem-error.js';

// U+0000, surrogates, and __proto__ with any of its letters escaped.
const SUSPICIOUS = /\\u00(?:00|5[fF]|6[fF]|7[024])|\\u[dD][89a-fA-F]|__proto__/;

/**
 * Refuses what no store of ours could give back byte for byte: U+0000, halves of surrogate pairs, keys named __proto__.
 * `text` is the source of `value`: the walk is only made when it can find something. Nesting must be bounded already.
 */
export const refuseUnstorableText = (value: unknown, text: string): void => {
  if (!SUSPICIOUS.test(text)) return;
  const found = findUnstorable(value);
  if (!found) return;
  const entry = { pointer: pointerOf({ message: '', path: found.path.toReversed() }), detail: found.detail };
  throw new ProblemError(problem(422, `${entry.pointer || 'The body'} ${entry.detail}`, [entry]));
};

interface Found {
  /** From the innermost member out: it is made on the way back, for the one that is refused alone. */
  readonly path: (string | number)[];
  readonly detail: string;
}

/** Invariant: costs what the value costs: nothing is made for a member that can be stored. */
const findUnstorable = (value: unknown): Found | null => {
  if (typeof value === 'string') return fault(value);
  if (value === null || typeof value !== 'object') return null;
  return Array.isArray(value) ? findInArray(value) : findInObject(value as Readonly<Record<string, unknown>>);
};

const findInArray = (members: readonly unknown[]): Found | null => {
  for (let index = 0; index < members.length; index += 1) {
    const found = findUnstorable(members[index]);
    if (found) return within(index, found);
  }
  return null;
};

const findInObject = (members: Readonly<Record<string, unknown>>): Found | null => {
  for (const key of Object.keys(members)) {
    const found = key === '__proto__' ? NEVER : (fault(key) ?? findUnstorable(members[key]));
    if (found) return within(key, found);
  }
  return null;
};

const within = (key: string | number, { path, detail }: Found): Found => ({ path: [...path, key], detail });

const NEVER: Found = { path: [], detail: 'is a key that is never accepted: remove it' };

const CURES: Readonly<Record<Unstorable, string>> = {
  'U+0000': 'holds U+0000, which cannot be stored: remove the character',
  'half of a surrogate pair': 'holds half of a surrogate pair, which is not text: encode the character whole',
};

const fault = (text: string): Found | null => {
  const unstorable = unstorableIn(text);
  return unstorable && { path: [], detail: CURES[unstorable] };
};
