import type { BuiltIn } from './built-in.js';
import { describeGoArgument, formatGoVerb } from './format-go-verb.js';
import type { GoArgument } from './format-go-verb.js';
import { showRegoValue } from './format-rego-value.js';
import { largestWidth } from './go-directive.js';
import { isArray, isNumber } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

/** Flags, then width, precision and verb, each of which may be preceded by an argument index `[n]`. */
const directivePattern = /%([+\-# 0]*)(?:\[(\d+)\])?(\*|\d+)?(?:(\.)(?:\[(\d+)\])?(\*|\d+)?)?(?:\[(\d+)\])?([^]|$)/gu;

/** Source: OPA, v1/topdown/strings.go: integers and floats as such, strings as they are, all else in Rego's spelling. */
const argumentOf = (value: RegoValue): GoArgument => {
  if (typeof value === 'string') return value;
  if (!isNumber(value)) return showRegoValue(value);
  if (!/[.eE]/.test(value.text)) return BigInt(value.text);
  const float = Number(value.text);
  return Number.isFinite(float) ? float : value.text;
};

type Arguments = { readonly list: readonly GoArgument[]; next: number; reordered: boolean };

const seek = (args: Arguments, index: string | undefined): void => {
  if (index === undefined) return;
  args.next = Number(index) - 1;
  args.reordered = true;
};

const takeSize = (args: Arguments, size: string | undefined, trouble: string[], name: string): number | undefined => {
  if (size === undefined) return undefined;
  if (size !== '*' && Number(size) > largestWidth) throw new Error(`sprintf supports sizes up to ${largestWidth}`);
  if (size !== '*') return Number(size);
  const argument = args.list[args.next];
  args.next += 1;
  const least = name === 'PREC' ? 0 : -largestWidth;
  if (typeof argument === 'bigint' && argument >= least && argument <= largestWidth) return Number(argument);
  trouble.push(`%!(BAD${name})`);
  return undefined;
};

const formatDirective = (match: readonly (string | undefined)[], args: Arguments): string => {
  const [, flags = '', widthIndex, widthText, dot, precisionIndex, precisionText, verbIndex, verb = ''] = match;
  const trouble: string[] = [];
  if (
    verb === '[' ||
    ((widthIndex ?? precisionIndex) !== undefined && (widthText ?? precisionText ?? '').includes('*'))
  )
    throw new Error('sprintf does not support this index of an argument');
  seek(args, widthIndex);
  const width = takeSize(args, widthText, trouble, 'WIDTH');
  seek(args, precisionIndex);
  const size = takeSize(args, precisionText, trouble, 'PREC');
  const precision = dot === undefined || trouble.includes('%!(BADPREC)') ? undefined : (size ?? 0);
  seek(args, verbIndex);
  if (verb === '') return `${trouble.join('')}%!(NOVERB)`;
  if (verb === '%') return `${trouble.join('')}%`;
  const argument = args.list[args.next];
  if (args.next < 0 || ((verbIndex ?? widthIndex) !== undefined && argument === undefined))
    return `%!${verb}(BADINDEX)`;
  if (argument === undefined) return `${trouble.join('')}%!${verb}(MISSING)`;
  args.next += 1;
  const minus = flags.includes('-') || (width !== undefined && width < 0);
  const directive = {
    verb,
    minus,
    plus: flags.includes('+'),
    sharp: flags.includes('#'),
    space: flags.includes(' '),
    zero: flags.includes('0') && !minus,
    width: width === undefined ? undefined : Math.abs(width),
    precision,
  };
  return trouble.join('') + formatGoVerb(argument, directive);
};

const extra = (args: Arguments): string =>
  args.reordered || args.next >= args.list.length
    ? ''
    : `%!(EXTRA ${args.list.slice(args.next).map(describeGoArgument).join(', ')})`;

/** `sprintf` as Go formats it. Source: Go, fmt/print.go, `doPrintf`. */
export const sprintf: BuiltIn = ([format, values]) => {
  if (typeof format !== 'string' || !isArray(values)) return undefined;
  const args: Arguments = { list: values.map(argumentOf), next: 0, reordered: false };
  const text = format.replace(directivePattern, (...match: string[]) => formatDirective(match, args));
  return text + extra(args);
};
