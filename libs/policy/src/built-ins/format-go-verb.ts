import { formatGoFloat } from './format-go-float.js';
import { padGo, signOf } from './go-directive.js';
import type { GoDirective } from './go-directive.js';
import { quoteGo } from './quote-go.js';

/** What OPA hands to Go's `fmt`: integers, floats, and everything else as text. */
export type GoArgument = bigint | number | string;

const typeName = (argument: GoArgument): string => {
  if (typeof argument === 'string') return 'string';
  if (typeof argument === 'number') return 'float64';
  return BigInt.asIntN(64, argument) === argument ? 'int64' : '*big.Int';
};

const plainText = (argument: GoArgument): string =>
  typeof argument === 'number' ? signedFloat(argument, 'g', undefined, '') : String(argument);

/** `type=value`, as Go shows an argument it could not use. */
export const describeGoArgument = (argument: GoArgument): string => `${typeName(argument)}=${plainText(argument)}`;

const isBig = (argument: GoArgument): boolean => typeName(argument) === '*big.Int';

/** Go shows what a verb does not fit by `%v` with the same flags; a `big.Int` shows itself. */
const badVerb = (argument: GoArgument, directive: GoDirective): string => {
  if (isBig(argument)) return `%!${directive.verb}(big.Int=${String(argument)})`;
  return `%!${directive.verb}(${typeName(argument)}=${formatGoVerb(argument, { ...directive, verb: 'v', bad: true })})`;
};

/** What Go writes and this does not: an error, and never another text. */
const refuse = (what: string): never => {
  throw new Error(`sprintf does not support ${what}`);
};

function signedFloat(value: number, verb: 'e' | 'f' | 'g', precision: number | undefined, sign: string): string {
  return (value < 0 || Object.is(value, -0) ? '-' : sign) + formatGoFloat(Math.abs(value), verb, precision);
}

const formatFloat = (value: number, directive: GoDirective): string => {
  const lower = directive.verb.toLowerCase();
  const verb = lower === 'v' ? 'g' : lower;
  if (/[xXbp]/.test(directive.verb)) return refuse(`%${directive.verb} of a number with a fraction`);
  if (directive.sharp) return refuse('the flag # for a number with a fraction');
  if ((directive.precision ?? 0) > 100) return refuse('more than 100 digits behind the point');
  if ((verb !== 'e' && verb !== 'f' && verb !== 'g') || directive.verb === 'V') return badVerb(value, directive);
  const text = signedFloat(value, verb, directive.precision, signOf(false, directive));
  return padGo(directive.verb === lower ? text : text.toUpperCase(), directive, true);
};

const radixes: Readonly<Record<string, readonly [number, string]>> = {
  d: [10, ''],
  v: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

const digitsOf = (value: bigint, directive: GoDirective, radix: number): string => {
  // Zero to no digits is nothing.
  if (value === 0n && directive.precision === 0) return '';
  const digits = (value < 0n ? -value : value).toString(radix).padStart(directive.precision ?? 0, '0');
  return directive.verb === 'X' ? digits.toUpperCase() : digits;
};

/** With `+` only ASCII. */
const quoted = (text: string, quote: string, { plus }: GoDirective): string => {
  const whole = quoteGo(text, quote);
  if (!plus) return whole;
  return whole.replace(/[^\0-\x7f]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
};

const formatCharacter = (value: bigint, directive: GoDirective): string => {
  const code = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn) ? Number(value) : 0xfffd;
  const character = String.fromCodePoint(code);
  if (directive.verb === 'c') return padGo(character, directive, false);
  if (directive.verb === 'q') return padGo(quoted(character, "'", directive), directive, false);
  if (directive.sharp || directive.precision !== undefined) return refuse('flags of %U');
  return padGo(`U+${BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(4, '0')}`, directive, false);
};

const formatInteger = (value: bigint, directive: GoDirective): string => {
  const big = isBig(value);
  if (!big && ['c', 'q', 'U'].includes(directive.verb)) return formatCharacter(value, directive);
  if (directive.verb === 'p' || (big && directive.verb === 'w')) return refuse(`%${directive.verb}`);
  const [radix, prefix] = radixes[big && directive.verb === 's' ? 'd' : directive.verb] ?? [];
  if (radix === undefined || prefix === undefined) return badVerb(value, directive);
  const marked = directive.verb === 'O' || directive.sharp ? prefix : '';
  const digits = digitsOf(value, directive, radix);
  const lead = marked === '0' && digits.startsWith('0') ? '' : marked;
  const text = signOf(value < 0n, directive) + lead + digits;
  return padGo(text, directive, directive.precision === undefined);
};

const hexOf = (text: string, directive: GoDirective): string => {
  const bytes = Buffer.from(text).subarray(0, directive.precision);
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const prefix = directive.sharp && pairs.length > 0 ? '0x' : '';
  const hex = directive.space ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join('');
  return directive.verb === 'X' ? hex.toUpperCase() : hex;
};

const truncated = (text: string, directive: GoDirective): string =>
  directive.precision === undefined ? text : Array.from(text).slice(0, directive.precision).join('');

const formatText = (text: string, directive: GoDirective): string => {
  if (directive.verb === 'x' || directive.verb === 'X') return padGo(hexOf(text, directive), directive, 'text');
  if (directive.verb === 'q' || (directive.verb === 'v' && directive.sharp && directive.bad !== true)) {
    const shown = truncated(text, directive);
    const raw = directive.sharp && directive.verb === 'q' && !/[`\u0000-\u0008\u000a-\u001f\u007f\ufeff]/.test(shown);
    return padGo(raw ? `\`${shown}\`` : quoted(shown, '"', directive), directive, 'text');
  }
  if (directive.verb !== 's' && directive.verb !== 'v') return badVerb(text, directive);
  return padGo(truncated(text, directive), directive, 'text');
};

/** One argument by one directive, as Go's `fmt` prints it; a verb that does not fit shows as Go shows it. */
export function formatGoVerb(argument: GoArgument, given: GoDirective): string {
  // For %v a plus asks for names of fields, which no argument has; within a complaint flags stay what they are.
  const directive = given.verb === 'v' && given.bad !== true && !isBig(argument) ? { ...given, plus: false } : given;
  if (directive.verb === 'T') return padGo(typeName(argument), directive, false);
  if (typeof argument === 'number') return formatFloat(argument, directive);
  return typeof argument === 'bigint' ? formatInteger(argument, directive) : formatText(argument, directive);
}
