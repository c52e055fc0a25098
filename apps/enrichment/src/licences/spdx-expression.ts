import { listedException, listedLicence } from './spdx-list.js';

/** One licence, under its listed id or a reference of the package's own. */
export interface LicenceLeaf {
  readonly license: string;
  readonly plus?: true;
  readonly exception?: string;
}

/** A licence expression of SPDX 3.0, Annex B, as a tree. */
export type SpdxNode =
  LicenceLeaf | { readonly left: SpdxNode; readonly conjunction: 'and' | 'or'; readonly right: SpdxNode };

/** Nobody means a longer or deeper one. */
const LONGEST_EXPRESSION = 4_096;
const DEEPEST_EXPRESSION = 100;

const TOKEN = /\s*(?:([()])|((?:DocumentRef-[A-Za-z0-9.-]+:)?[A-Za-z0-9.-]+\+?))\s*/y;

/**
 * The expression that a text is; null when it is none. Ids are found whatever their case, operators may be written in
 * lower case as SPDX 3.0 allows, `GPL-2.0` and `GPL-2.0+` get the names that replaced them.
 * https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/
 */
export const parseExpression = (text: string): SpdxNode | null => {
  if (text.length > LONGEST_EXPRESSION) return null;
  const tokens = tokensOf(text);
  if (tokens === null) return null;
  const parsed = readOr(tokens, 0, 0);
  return parsed?.next === tokens.length ? parsed.node : null;
};

const tokensOf = (text: string): readonly string[] | null => {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    const token = found?.[1] ?? found?.[2];
    if (token === undefined) return null;
    tokens.push(token);
  }
  return tokens;
};

interface Read {
  readonly node: SpdxNode;
  /** Place of the first token that was not read. */
  readonly next: number;
}

type Tokens = readonly string[];
type Reader = (tokens: Tokens, at: number, depth: number) => Read | null;

/** Operands joined by one operator; what an operator lacks on its right makes it no expression. */
const joinedBy =
  (conjunction: 'and' | 'or', readOperand: Reader): Reader =>
  (tokens, at, depth) => {
    let whole = readOperand(tokens, at, depth);
    while (whole !== null && tokens[whole.next]?.toLowerCase() === conjunction) {
      const right = readOperand(tokens, whole.next + 1, depth);
      whole = right && { node: { left: whole.node, conjunction, right: right.node }, next: right.next };
    }
    return whole;
  };

const readOperand: Reader = (tokens, at, depth) =>
  tokens[at] === '(' ? readBracketed(tokens, at + 1, depth + 1) : readLicence(tokens, at);

const readAnd = joinedBy('and', readOperand);
const readOr = joinedBy('or', readAnd);

const readBracketed: Reader = (tokens, at, depth) => {
  if (depth > DEEPEST_EXPRESSION) return null;
  const inner = readOr(tokens, at, depth);
  return inner !== null && tokens[inner.next] === ')' ? { ...inner, next: inner.next + 1 } : null;
};

const readLicence = (tokens: Tokens, at: number): Read | null => {
  const licence = licenceOf(tokens[at] ?? '');
  if (licence === null) return null;
  if (tokens[at + 1]?.toLowerCase() !== 'with') return { node: licence, next: at + 1 };
  const exception = exceptionOf(tokens[at + 2] ?? '');
  return exception === null ? null : { node: { ...licence, exception }, next: at + 3 };
};

const LICENCE_REFERENCE = /^(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+$/;
const ADDITION_REFERENCE = /^(?:DocumentRef-[A-Za-z0-9.-]+:)?AdditionRef-[A-Za-z0-9.-]+$/;

const licenceOf = (token: string): LicenceLeaf | null => {
  if (LICENCE_REFERENCE.test(token)) return { license: token };
  const plus = token.endsWith('+');
  const license = listedLicence(plus ? token.slice(0, -1) : token);
  return license === null ? null : renamed(plus ? { license, plus } : { license });
};

const exceptionOf = (token: string): string | null => (ADDITION_REFERENCE.test(token) ? token : listedException(token));

/** GPL-2.0 and GPL-2.0+ are deprecated names of GPL-2.0-only and GPL-2.0-or-later. */
const renamed = ({ license, plus }: LicenceLeaf): LicenceLeaf =>
  /^(?:A?GPL|LGPL|GFDL)-\d\.\d$/.test(license)
    ? { license: `${license}-${plus ? 'or-later' : 'only'}` }
    : { license, ...(plus && { plus }) };

/** The one spelling of an expression: AND binds closer than OR, no other parentheses. */
export const renderExpression = (node: SpdxNode): string => {
  if ('license' in node)
    return `${node.license}${node.plus ? '+' : ''}${node.exception ? ` WITH ${node.exception}` : ''}`;
  const { left, conjunction, right } = node;
  return `${renderSide(left, conjunction)} ${conjunction.toUpperCase()} ${renderSide(right, conjunction)}`;
};

const renderSide = (side: SpdxNode, around: 'and' | 'or'): string =>
  'conjunction' in side && side.conjunction === 'or' && around === 'and'
    ? `(${renderExpression(side)})`
    : renderExpression(side);
