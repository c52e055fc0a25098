import type { UnknownMember } from '../reads/noted-reads.js';

/**
 * Where the name of a member stands in a policy's text; lines and columns from 1. A plan tells the expression that asks for
 * it: the name is looked for from there on, and its expression's place is told when it does not stand there as it is.
 */
export const placeOfMember = (
  rego: string,
  { name, row, col }: UnknownMember,
): { readonly line: number; readonly column: number } => {
  const lines = rego.split('\n').map((line) => Array.from(line));
  const sought = [`.${name}`, `"${name}"`].map((text) => Array.from(text));
  for (let line = row; line <= lines.length; line += 1) {
    const at = firstOf(sought, lines[line - 1] ?? [], line === row ? col - 1 : 0);
    if (at !== undefined) return { line, column: at + 1 };
  }
  return { line: row, column: col };
};

/** The name itself behind its dot; a name in quotes with them. */
const firstOf = (
  [dotted = [], quoted = []]: readonly (readonly string[])[],
  line: readonly string[],
  from: number,
): number | undefined => {
  for (let at = from; at < line.length; at += 1) {
    if (standsAt(dotted, line, at) && !/\w/.test(line[at + dotted.length] ?? '')) return at + 1;
    if (standsAt(quoted, line, at)) return at;
  }
  return undefined;
};

const standsAt = (text: readonly string[], line: readonly string[], at: number): boolean =>
  text.every((character, index) => line[at + index] === character);
