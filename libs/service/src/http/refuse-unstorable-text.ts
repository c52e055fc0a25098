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
  const found = findUnstorable(value, []);
  if (!found) return;
  const entry = { pointer: pointerOf({ message: '', path: found.path }), detail: found.detail };
  throw new ProblemError(problem(422, `${entry.pointer || 'The body'} ${entry.detail}`, [entry]));
};

interface Found {
  readonly path: readonly string[];
  readonly detail: string;
}

const findUnstorable = (value: unknown, path: readonly string[]): Found | null => {
  if (typeof value === 'string') return fault(value, path);
  if (value === null || typeof value !== 'object') return null;
  for (const [key, member] of Object.entries(value)) {
    const here = [...path, key];
    const found =
      key === '__proto__'
        ? { path: here, detail: 'is a key that is never accepted: remove it' }
        : (fault(key, here) ?? findUnstorable(member, here));
    if (found) return found;
  }
  return null;
};

const CURES: Readonly<Record<Unstorable, string>> = {
  'U+0000': 'holds U+0000, which cannot be stored: remove the character',
  'half of a surrogate pair': 'holds half of a surrogate pair, which is not text: encode the character whole',
};

const fault = (text: string, path: readonly string[]): Found | null => {
  const unstorable = unstorableIn(text);
  return unstorable && { path, detail: CURES[unstorable] };
};
