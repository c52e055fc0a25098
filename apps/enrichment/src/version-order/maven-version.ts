/**
 * Version order of Maven, after https://maven.apache.org/pom.html#version-order-specification with the trimming of
 * Maven 3.9 (MNG-7644: nulls before a qualifier are trimmed, so 2.0.a is 2-a).
 */
export type MavenVersion = readonly Token[];

interface Token {
  readonly hyphen: boolean;
  /** Digits without leading zeros, or a qualifier in lower case. */
  readonly text: string;
  readonly numeric: boolean;
}

const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE = QUALIFIERS.indexOf('');
const ALIASES: Readonly<Record<string, string>> = { cr: 'rc', ga: '', final: '', release: '' };
const SHORT: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };

/** Any text is a Maven version but the empty one. */
export function parseMavenVersion(text: string): MavenVersion | null {
  const version = text.trim().toLowerCase();
  return version === '' ? null : trimmed(tokens(version));
}

function tokens(version: string): Token[] {
  const found: Token[] = [];
  let hyphen = false;
  for (const part of version.split(/([.-])/)) {
    if (part === '.' || part === '-') hyphen = part === '-';
    else found.push(...runs(part, hyphen));
  }
  return found;
}

/** A change between digits and letters separates like a hyphen; nothing between separators is 0. */
function runs(part: string, hyphen: boolean): Token[] {
  const pieces = part.match(/[0-9]+|[^0-9]+/g) ?? ['0'];
  return pieces.map((piece, index) => token(piece, hyphen || index > 0, index + 1 < pieces.length));
}

function token(piece: string, hyphen: boolean, beforeDigit: boolean): Token {
  if (/^[0-9]/.test(piece)) return { hyphen, text: piece.replace(/^0+(?=.)/, ''), numeric: true };
  const long = beforeDigit ? (SHORT[piece] ?? piece) : piece;
  return { hyphen, text: ALIASES[long] ?? long, numeric: false };
}

const isNull = (part: Token): boolean => part.text === '' || (part.numeric && part.text === '0');

/** Drops nulls at the end and before each hyphen or qualifier. */
function trimmed(all: readonly Token[]): Token[] {
  const kept: Token[] = [];
  for (const next of all) {
    if (next.hyphen || !next.numeric) dropTrailingNulls(kept);
    kept.push(next);
  }
  dropTrailingNulls(kept);
  return kept;
}

function dropTrailingNulls(kept: Token[]): void {
  for (let last = kept.at(-1); last !== undefined && isNull(last); last = kept.at(-1)) kept.pop();
}

/** Negative when `a` comes before `b`. */
export function compareMavenVersions(a: MavenVersion, b: MavenVersion): number {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const order = compareTokens(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareTokens(a: Token | undefined, b: Token | undefined): number {
  if (a === undefined) return b === undefined ? 0 : -compareTokens(b, undefined);
  if (b === undefined) return a.numeric ? Number(!isNull(a)) : qualifierRank(a.text) - RELEASE;
  if (a.numeric !== b.numeric) return a.numeric ? 1 : -1;
  if (!a.numeric) return compareQualifiers(a.text, b.text);
  if (a.hyphen !== b.hyphen) return a.hyphen ? -1 : 1;
  return compareDigits(a.text, b.text);
}

const qualifierRank = (text: string): number => {
  const known = QUALIFIERS.indexOf(text);
  return known === -1 ? QUALIFIERS.length : known;
};

const compareQualifiers = (a: string, b: string): number =>
  qualifierRank(a) - qualifierRank(b) || (a < b ? -1 : Number(a > b));

const compareDigits = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : Number(a > b));
