import { RE2JS, RE2JSSyntaxException } from 're2js';

const kept = new Map<string, RE2JS | undefined>();
const mostKept = 200;

const piece = /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\[:\^?\w+:\]|\\[^]|[^\]\\])*\]|\(\?P?<(\w+)>/g;

/** Go lets names of groups repeat and takes the first; the library does not: later ones lose theirs. */
const withoutRepeatedNames = (pattern: string): string => {
  const seen = new Set<string>();
  return pattern.replace(piece, (text: string, name?: string) => {
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return text;
    }
    return '(';
  });
};

const compile = (pattern: string): RE2JS | undefined => {
  try {
    return RE2JS.compile(withoutRepeatedNames(pattern));
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return undefined;
    throw error;
  }
};

/**
 * A pattern in RE2's syntax, undefined when it is none. Time is linear in text and pattern: no text makes it search for
 * long.
 */
export const re2Pattern = (pattern: string): RE2JS | undefined => {
  if (kept.has(pattern)) return kept.get(pattern);
  if (kept.size >= mostKept) kept.clear();
  const compiled = compile(pattern);
  kept.set(pattern, compiled);
  return compiled;
};

/** The pattern. Throws when it is none: undefined would be "no match" for whoever wrote it. */
export const validPattern = (pattern: string): RE2JS => {
  const compiled = re2Pattern(pattern);
  if (compiled === undefined) throw new Error(`"${pattern.slice(0, 100)}" is no regular expression of RE2`);
  return compiled;
};
