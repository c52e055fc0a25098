import { entriesInOrder, inOrder } from './compare-rego.js';
import { quoteGo } from './quote-go.js';
import { isArray, isNumber, isObject } from './rego-value.js';
import type { RegoValue } from './rego-value.js';

type Spelling = { readonly string: (value: string) => string; readonly space: string };

const spell = (value: RegoValue, spelling: Spelling): string => {
  const inner = (element: RegoValue): string => spell(element, spelling);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return spelling.string(value);
  if (isNumber(value)) return value.text;
  const comma = `,${spelling.space}`;
  if (isArray(value)) return `[${value.map(inner).join(comma)}]`;
  if (isObject(value)) {
    const entries = entriesInOrder(value).map(([key, member]) => `${inner(key)}:${spelling.space}${inner(member)}`);
    return `{${entries.join(comma)}}`;
  }
  return value.elements.length === 0 ? 'set()' : `{${inOrder(value.elements).map(inner).join(comma)}}`;
};

/** Halves of surrogate pairs, which UTF-8 has not, as U+FFFD. */
const withoutHalves = (text: string): string => (/[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text);

/** The text `opa_value_parse` reads: JSON with set literals. */
export const writeRegoValue = (value: RegoValue): string =>
  spell(value, { string: (text) => JSON.stringify(withoutHalves(text)), space: '' });

/** The text OPA shows for a value, in messages and in `sprintf`. Source: OPA, v1/ast/term.go, `String`. */
export const showRegoValue = (value: RegoValue): string => spell(value, { string: quoteGo, space: ' ' });

/** JSON text, sets as sorted arrays, as OPA answers. Exact in every number. */
export const jsonOfRegoValue = (value: RegoValue): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (isNumber(value)) return value.text;
  if (isArray(value)) return `[${value.map(jsonOfRegoValue).join(',')}]`;
  if (!isObject(value)) return `[${inOrder(value.elements).map(jsonOfRegoValue).join(',')}]`;
  const key = (name: RegoValue): string => JSON.stringify(typeof name === 'string' ? name : jsonOfRegoValue(name));
  return `{${entriesInOrder(value)
    .map(([name, member]) => `${key(name)}:${jsonOfRegoValue(member)}`)
    .join(',')}}`;
};
