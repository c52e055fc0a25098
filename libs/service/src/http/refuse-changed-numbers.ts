import { jsonPointerAt } from './json-pointer-at.js';
import { problem } from './problem.js';
import { ProblemError } from './problem-error.js';

/** What a number that changes has at least: 16 digits, or an exponent. */
const SUSPICIOUS = /\d[\d.]{15}|\d[eE]/;

/** A number that is another one once it is read: where it stands, and the cure. */
export interface ChangedNumber {
  readonly pointer: string;
  readonly detail: string;
}

/** Throws a 422 ProblemError for the first number of a body that `changedNumberIn` finds. */
export const refuseChangedNumbers = (text: string): void => {
  const found = changedNumberIn(text);
  if (found) throw new ProblemError(problem(422, `${found.pointer || 'The body'} ${found.detail}`, [found]));
};

/**
 * The first number of a JSON text that is another one once it is read: over the range of IEEE 754 doubles, too near to 0, or
 * with more digits than those tell apart. What is judged and stored is what was sent, or nothing is.
 */
export const changedNumberIn = (text: string): ChangedNumber | null => {
  if (!SUSPICIOUS.test(text)) return null;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || isDigit(code)) {
      const from = at;
      while (at + 1 < text.length && isOfNumber(text.charCodeAt(at + 1))) at += 1;
      const detail = changed(text.slice(from, at + 1));
      if (detail !== null) return { pointer: jsonPointerAt(text, from), detail };
    }
  }
  return null;
};

const [QUOTE, BACKSLASH, MINUS, PLUS, POINT] = [0x22, 0x5c, 0x2d, 0x2b, 0x2e];

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const isOfNumber = (code: number): boolean =>
  isDigit(code) || code === POINT || code === PLUS || code === MINUS || code === 0x65 || code === 0x45;

const endOfString = (text: string, from: number): number => {
  let at = from + 1;
  for (; at < text.length && text.charCodeAt(at) !== QUOTE; at += 1) if (text.charCodeAt(at) === BACKSLASH) at += 1;
  return at;
};

const changed = (source: string): string | null => {
  if (source.length < 16 && !/[eE]/.test(source)) return null;
  const read = Number(source);
  if (Number.isFinite(read) && decimal(String(read)) === decimal(source)) return null;
  return `is a number that would be read as ${read}: use at most 15 digits, between -1e308 and 1e308, or write it as text`;
};

/** A number in one spelling: the digits that count, and the power of ten of the last one. */
const decimal = (source: string): string => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const counting = withoutEndZeros(digits);
  if (counting === '') return '0';
  return `${sign}${counting}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - counting.length)}`;
};

/** A pattern would look at each zero anew: that is slow for a million of them. */
const withoutEndZeros = (digits: string): string => {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  return digits.slice(0, end);
};
