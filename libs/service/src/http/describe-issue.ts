/** The part of a Standard Schema issue that is read; zod's own issues say more than the standard asks for. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string | undefined;
  readonly expected?: unknown;
  readonly origin?: unknown;
  readonly maximum?: unknown;
  readonly minimum?: unknown;
  readonly inclusive?: unknown;
  readonly format?: unknown;
  readonly values?: unknown;
  readonly options?: unknown;
  readonly keys?: unknown;
  readonly errors?: unknown;
}

/** How zod's own messages begin; what begins otherwise was written with the schema and says what is wrong already. */
const ZODS_OWN = /^(?:Invalid|Too big|Too small|Unrecognized key|No matching)/;

/** What is wrong and the cure, in words for the person who sent it; meant to follow the name of the field. */
export const describeIssue = (issue: SchemaIssue): string => {
  if (!ZODS_OWN.test(issue.message)) return issue.message;
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
    case 'unrecognized_keys':
      return `has no field ${listed(issue.keys).join(', ')}: remove it`;
    case 'invalid_union':
      return noneOf(issue);
    default:
      return issue.message.replace(/^Invalid (input|option): /, '');
  }
};

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
  NaN: 'no number',
};

const typeName = (type: string): string => TYPES[type] ?? type;

const wrongType = ({ message, expected }: SchemaIssue): string => {
  const wanted = typeName(String(expected));
  const received = / received (\S+)$/.exec(message)?.[1] ?? 'something else';
  if (received === 'undefined') return expected === 'nonoptional' ? 'is required' : `is required: give ${wanted}`;
  if (expected === 'int' && received === 'number') return 'is no whole number: give one';
  return `is ${typeName(received)}: give ${wanted}`;
};

const UNITS: Readonly<Record<string, readonly [string, string]>> = { string: ['character', 'characters'], array: ['entry', 'entries'] };

const sized = ({ origin }: SchemaIssue, size: unknown): string | null => {
  const units = UNITS[String(origin)];
  return units ? `${String(size)} ${units[Number(size) === 1 ? 0 : 1]}` : null;
};

const tooBig = (issue: SchemaIssue): string => {
  const size = sized(issue, issue.maximum);
  if (size) return `has more than ${size}: shorten it`;
  const limit = String(issue.maximum);
  return issue.inclusive === false ? `is ${limit} or more: use less` : `is over ${limit}: use at most ${limit}`;
};

const tooSmall = (issue: SchemaIssue): string => {
  const size = sized(issue, issue.minimum);
  if (size) return `${Number(issue.minimum) === 1 ? 'is empty' : 'is too short'}: give at least ${size}`;
  const limit = String(issue.minimum);
  return issue.inclusive === false ? `is ${limit} or less: use more` : `is under ${limit}: use at least ${limit}`;
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'is no RFC 3339 time: write it as 2026-11-22T09:30:00Z',
  url: 'is no URL: write it with its scheme, such as https://example.com/',
};

const wrongFormat = ({ message, format }: SchemaIssue): string =>
  FORMATS[String(format)] ?? `has the wrong form: ${message.replace(/^Invalid (?:string: )?/, '')}`;

const noneOf = ({ errors, options }: SchemaIssue): string => {
  if (listed(options).length > 0) return `is none of the values it can have: use ${choice(options)}`;
  const first = listed(errors).flatMap((issues) => listed(issues).slice(0, 1) as SchemaIssue[]);
  const [what] = first.map((issue) => describeIssue(issue).split(': ')[0]);
  if (what !== undefined && first.every(({ code }) => code === 'invalid_type')) return `${what}: give ${first.map(({ expected }) => typeName(String(expected))).join(' or ')}`;
  return first.length === 0 ? 'has the wrong form' : first.map(describeIssue).join(', or it ');
};

const choice = (values: unknown): string => listed(values).map((value) => JSON.stringify(value)).join(' or ');

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** JSON pointer (RFC 6901) to the place an issue speaks of, below `prefix`. */
export const pointerOf = (issue: SchemaIssue, prefix = ''): string =>
  prefix + (issue.path ?? []).map((part) => `/${escaped(typeof part === 'object' ? part.key : part)}`).join('');

const escaped = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');
