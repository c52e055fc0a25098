import type { BuiltIn, BuiltIns } from './built-in.js';
import { integerOf, regoNumber } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

const rangeStep: BuiltIn = ([first, last, step]) => {
  const [from, to, by] = [integerOf(first), integerOf(last), integerOf(step)];
  if (from === undefined || to === undefined || by === undefined || by <= 0n) return undefined;
  const result: RegoValue[] = [];
  if (from <= to) for (let at = from; at <= to; at += by) result.push(regoNumber(at));
  else for (let at = from; at >= to; at -= by) result.push(regoNumber(at));
  return result;
};

/** `numbers.range_step`, both ends included, downwards when the first is the larger. */
export const numberBuiltIns: BuiltIns = { 'numbers.range_step': rangeStep };
