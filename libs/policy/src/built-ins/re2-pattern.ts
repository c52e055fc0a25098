const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

const piece =
  /\\Q([^]*?)(?:\\E|$)|\\x\{([0-9a-fA-F]+)\}|\\p([A-Z])(?![a-z{])|\\P([A-Z])(?![a-z{])|\\([^])|\(\?P?<([A-Za-z_]\w*)>|\(\?([imsU]*(?:-[imsU]+)?)(\)|:)|\(\?[=!<]|\[(?:\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*)\]|[^]/g;

const classEscapes: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };

const translateClass = (text: string): string =>
  text
    .replace(/^\[(\^?)\]/, '[$1\\]')
    .replace(/\[:(\w+):\]/g, (_, name: string) => posixClasses[name] ?? '')
    .replace(/\\([dws])/g, (_, name: string) => classEscapes[name] ?? '')
    .replace(/(?!^)\[/g, '\\[')
    .replace(/\\\\\[/g, '\\[')
    .replace(/\\([^A-Za-z0-9\]\\^\-[/])/g, (_, character: string) => character)
    .replace(/&&|!!|##|\$\$|%%|\*\*|\+\+|,,|\.\.|::|;;|<<|==|>>|\?\?|@@|``|~~/g, (twice) => `${twice[0]}\\${twice[1]}`);

const translateEscape = (character: string): string => {
  const known: Readonly<Record<string, string>> = {
    A: '(?<![^])',
    z: '(?![^])',
    a: '\\x07',
    s: '[\\t\\n\\f\\r ]',
    S: '[^\\t\\n\\f\\r ]',
  };
  if (known[character] !== undefined) return known[character];
  if (/[bBdDwWfnrtvx]/.test(character)) return `\\${character}`;
  if (/[A-Za-z0-9]/.test(character)) throw new SyntaxError(`RE2 has no \\${character}`);
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
};

const flagsOf = (text: string): string => (/[U]/.test(text) ? refuse('the flag U') : text);

function refuse(what: string): never {
  throw new SyntaxError(`${what} is not supported`);
}

/** Pieces of a pattern, translated; a flag group without body, `(?i)`, is taken up by `leading`. */
const translate = (pattern: string): string => {
  let openGroups = 0;
  const text = pattern.replace(piece, (whole: string, ...found: (string | undefined)[]) => {
    const [quoted, code, property, without, escape, name, flags, end] = found;
    if (quoted !== undefined) return quoted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    if (code !== undefined) return `\\u{${code}}`;
    if (property !== undefined) return `\\p{${property}}`;
    if (without !== undefined) return `\\P{${without}}`;
    if (escape !== undefined) return /[pP]/.test(escape) ? whole : translateEscape(escape);
    if (name !== undefined) return `(?<${name}>`;
    if (flags !== undefined && end === ':') return flags === '' ? '(?:' : `(?${flagsOf(flags)}:`;
    if (flags !== undefined) return ((openGroups += 1), `(?${flagsOf(flags)}:`);
    if (/^\(\?[=!<]/.test(whole)) return refuse(whole);
    if (whole.startsWith('[') && whole.length > 1) return translateClass(whole);
    return whole === ']' || (whole === '}' && !/\{\d*,?\d*\}/.test(pattern)) ? `\\${whole}` : whole;
  });
  if (openGroups > 0 && /\(\?[ims-]+\)/.test(pattern.replace(/^(?:\(\?[ims-]+\))+/, '')))
    refuse('a flag in the middle');
  return text + ')'.repeat(openGroups);
};

const cache = new Map<string, RegExp | undefined>();

const compile = (pattern: string): RegExp | undefined => {
  try {
    return new RegExp(translate(pattern), 'gu');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/**
 * A pattern in RE2's syntax as a JavaScript one, undefined when it is none. Both find the leftmost match and prefer the
 * first alternative. JavaScript may backtrack for long where RE2 does not: the evaluation's deadline bounds that.
 */
export const re2Pattern = (pattern: string): RegExp | undefined => {
  if (!cache.has(pattern)) {
    if (cache.size >= 100) cache.clear();
    cache.set(pattern, compile(pattern));
  }
  const found = cache.get(pattern);
  if (found !== undefined) found.lastIndex = 0;
  return found;
};
