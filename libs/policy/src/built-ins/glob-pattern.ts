const special = /[\\^$.|?*+()[\]{}]/g;
const literal = (text: string): string => text.replace(special, '\\$&');

/** What a glob is read from, and how far. */
type Reader = { readonly characters: readonly string[]; at: number; readonly single: string };

/** Inside of brackets: characters, or a range of two, perhaps all but those. */
const readClass = (reader: Reader): string | undefined => {
  const end = reader.characters.indexOf(']', reader.at);
  const inside = end < 0 ? [] : reader.characters.slice(reader.at, end);
  const negated = inside[0] === '!';
  const members = negated ? inside.slice(1) : inside;
  if (members.length === 0) return undefined;
  reader.at = end + 1;
  const [low = '', dash, high = ''] = members;
  const ranged = members.length === 3 && dash === '-';
  if (ranged && (low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0)) return undefined;
  if (!ranged && members.includes('-')) return undefined;
  const text = ranged ? `${literal(low)}-${literal(high)}` : members.map(literal).join('');
  return `[${negated ? '^' : ''}${text}]`;
};

/** Alternatives in braces, each a glob of its own. */
const readAlternatives = (reader: Reader): string | undefined => {
  const found: string[] = [];
  for (;;) {
    const one = readSequence(reader, true);
    if (one === undefined || reader.at >= reader.characters.length) return undefined;
    found.push(one);
    const closing = reader.characters[reader.at];
    reader.at += 1;
    if (closing === '}') return `(?:${found.join('|')})`;
  }
};

const readOne = (reader: Reader): string | undefined => {
  const character = reader.characters[reader.at] ?? '';
  reader.at += 1;
  if (character === '?') return reader.single;
  if (character === '[') return readClass(reader);
  if (character === '{') return readAlternatives(reader);
  if (character === '*') {
    if (reader.characters[reader.at] !== '*') return `${reader.single}*`;
    while (reader.characters[reader.at] === '*') reader.at += 1;
    return '(?s:.)*';
  }
  if (character !== '\\') return literal(character);
  const escaped = reader.characters[reader.at];
  reader.at += 1;
  return escaped === undefined ? undefined : literal(escaped);
};

function readSequence(reader: Reader, inBraces: boolean): string | undefined {
  let text = '';
  while (reader.at < reader.characters.length) {
    const character = reader.characters[reader.at] ?? '';
    if (inBraces && (character === ',' || character === '}')) return text;
    const one = readOne(reader);
    if (one === undefined) return undefined;
    text += one;
  }
  return text;
}

/**
 * A glob as a pattern of RE2, undefined when it is none: `*` and `?` stop at a delimiter, `**` does not. Source:
 * github.com/gobwas/glob, which OPA uses.
 */
export const globPattern = (glob: string, delimiters: readonly string[]): string | undefined => {
  const single = delimiters.length === 0 ? '(?s:.)' : `[^${delimiters.map(literal).join('')}]`;
  const pattern = readSequence({ characters: Array.from(glob), at: 0, single }, false);
  return pattern === undefined ? undefined : `^(?:${pattern})$`;
};
