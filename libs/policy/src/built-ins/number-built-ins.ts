import type { BuiltIn, BuiltIns } from './built-in.js';
import { integerOf, isNumber, regoNumber } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

const rangeStep: BuiltIn = ([first, last, step]) => {
  const [from, to, by] = [integerOf(first), integerOf(last), integerOf(step)];
  if (from === undefined || to === undefined || by === undefined || by <= 0n) return undefined;
  const result: RegoValue[] = [];
  if (from <= to) for (let at = from; at <= to; at += by) result.push(regoNumber(at));
  else for (let at = from; at >= to; at -= by) result.push(regoNumber(at));
  return result;
};

/** Of integers only, the sign of the first: undefined for others, and for a divisor of 0. */
const rem: BuiltIn = ([first, second]) => {
  const [a, b] = [integerOf(first), integerOf(second)];
  return a === undefined || b === undefined || b === 0n ? undefined : regoNumber(a % b);
};

/** As JSON has it: a digit on both sides of the point, no plus, no zeros in front. */
const canonical = (text: string): string => {
  const [, sign = '', whole = '', fraction = '', power = ''] =
    /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/.exec(text) ?? [];
  const front = whole.replace(/^0+(?=\d)/, '') || '0';
  return `${sign === '-' ? '-' : ''}${front}${fraction === '' ? '' : `.${fraction}`}${power}`;
};

/** Texts as Go's `strconv.ParseFloat` reads them; what it reads beyond decimals is an error here. */
const numberIn = (text: string): RegoValue | undefined => {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
    return Number.isFinite(Number(text)) ? regoNumber(canonical(text)) : undefined;
  if (/^[+-]?\d+(?:_\d+)+/.test(text) || /^[+-]?0[xX][\da-fA-F_.]*[pP]/.test(text))
    throw new Error(`"${text.slice(0, 40)}" is no decimal number`);
  return undefined;
};

const toNumber: BuiltIn = ([value]) => {
  if (value === null || value === false) return regoNumber(0);
  if (value === true) return regoNumber(1);
  if (isNumber(value)) return value;
  return typeof value === 'string' ? numberIn(value) : undefined;
};

/** `numbers.range_step`, both ends included, downwards when the first is the larger; `%` and `to_number`. */
export const numberBuiltIns: BuiltIns = { 'numbers.range_step': rangeStep, rem, to_number: toNumber };
