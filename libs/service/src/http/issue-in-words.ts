import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;
type Of<Code extends RawIssue['code']> = Extract<RawIssue, { readonly code: Code }>;

/**
 * What is wrong with a value and the cure, in words for the person who sent it, by the code of zod's issue; it follows
 * the name of the field.
 */
export const issueInWords = (issue: RawIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue);
    case 'invalid_value':
      return `is none of the values it can have: use ${choice(issue.values)}`;
    case 'too_big':
      return tooBig(issue);
    case 'too_small':
      return tooSmall(issue);
    case 'invalid_format':
      return wrongFormat(issue);
    case 'not_multiple_of':
      return `is no multiple of ${issue.divisor}: give one`;
    case 'unrecognized_keys':
      return `has no field ${issue.keys.join(', ')}: remove it`;
    case 'invalid_key':
      return `is a key that ${issue.issues[0]?.message ?? WRONG_FORM}`;
    case 'invalid_element':
      return issue.issues[0]?.message ?? WRONG_FORM;
    case 'invalid_union':
      return noneOf(issue);
    case 'custom':
      return WRONG_FORM;
    default: {
      const unknown: never = issue;
      return unknown;
    }
  }
};

const WRONG_FORM = 'has the wrong form';

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
  null: 'null',
  undefined: 'nothing',
  nan: 'no number',
  never: 'nothing',
};

const typeName = (type: string): string => TYPES[type] ?? type;

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isNaN(value) ? 'nan' : typeof value;
};

const wrongType = ({ expected, input }: Of<'invalid_type'>): string => {
  if (input === undefined)
    return expected === 'nonoptional' ? 'is required' : `is required: give ${typeName(expected)}`;
  if (expected === 'int' && typeOf(input) === 'number') return 'is no whole number: give one';
  return `is ${typeName(typeOf(input))}: give ${typeName(expected)}`;
};

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

const sized = (origin: string, size: number | bigint): string | null => {
  const units = UNITS[origin];
  return units ? `${size} ${units[Number(size) === 1 ? 0 : 1]}` : null;
};

const tooBig = ({ origin, maximum, inclusive }: Of<'too_big'>): string => {
  const size = sized(origin, maximum);
  if (size) return `has more than ${size}: shorten it`;
  return inclusive === false ? `is ${maximum} or more: use less` : `is over ${maximum}: use at most ${maximum}`;
};

const tooSmall = ({ origin, minimum, inclusive }: Of<'too_small'>): string => {
  const size = sized(origin, minimum);
  if (size) return `${Number(minimum) === 1 ? 'is empty' : 'is too short'}: give at least ${size}`;
  return inclusive === false ? `is ${minimum} or less: use more` : `is under ${minimum}: use at least ${minimum}`;
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'is no RFC 3339 time: write it as 2026-11-22T09:30:00Z',
  url: 'is no URL: write it with its scheme, such as https://example.com/',
};

const wrongFormat = (issue: Of<'invalid_format'>): string => {
  const { format } = issue;
  if (format === 'regex') return `${WRONG_FORM}: must match pattern ${String(issue.pattern)}`;
  return FORMATS[format] ?? `${WRONG_FORM}: must be ${format}`;
};

const noneOf = (issue: Of<'invalid_union'>): string => {
  const { options = [], input } = issue as { readonly options?: readonly unknown[]; readonly input?: unknown };
  if (options.length > 0) return `is none of the values it can have: use ${choice(options)}`;
  const first = issue.errors.flatMap((issues) => issues.slice(0, 1));
  const types = first.flatMap((one) => (one.code === 'invalid_type' && one.path.length === 0 ? [one.expected] : []));
  if (types.length > 0 && types.length === first.length)
    return `is ${typeName(typeOf(input))}: give ${types.map(typeName).join(' or ')}`;
  return first.length === 0 ? WRONG_FORM : first.map(({ message }) => message).join(', or it ');
};

const choice = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(' or ');
