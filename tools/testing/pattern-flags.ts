import { expect } from 'vitest';
import { oddText } from './odd-texts.js';
import { forEachSeed, type Chance } from './random-cases.js';

/** Every `pattern` of a JSON Schema, at whatever depth of a document, and the names of `patternProperties`. */
export const patternsIn = (document: unknown): ReadonlySet<string> => {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value as Record<string, unknown>)) {
      if (name === 'pattern' && typeof member === 'string') found.add(member);
      if (name === 'patternProperties' && typeof member === 'object' && member !== null)
        for (const pattern of Object.keys(member)) found.add(pattern);
      walk(member);
    }
  };
  walk(document);
  return found;
};

const FLAGS = ['', 'u'];

/** Of a pattern itself: pieces of it, and what stands beside its bounds. */
const textsLike = (pattern: string): readonly string[] =>
  pattern
    .split(/[\^$()|]+/)
    .flatMap((piece) => [
      piece,
      piece.replaceAll(/\\u\{([0-9a-f]+)\}/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
      piece.replaceAll(/\\(.)/g, '$1'),
      `${piece}\u{1F600}`,
      piece.repeat(2),
    ]);

/**
 * A text that a pattern takes with the u flag and not without, or the other way round: JSON Schema leaves to each reader
 * which of the two it uses. Null when none is found. Throws for a pattern that one of them does not compile.
 */
export const textOfTwoMinds = (pattern: string, chance: Chance): string | null => {
  const ways = FLAGS.map((flags) => new RegExp(pattern, flags));
  const texts = [
    ...textsLike(pattern),
    ...Array.from({ length: 300 }, () => oddText(chance)),
    'Cc',
    'p{Cc}',
    '\\',
    '\u{10FFFF}',
    '\ud83d',
  ];
  return (
    [...texts, ...texts.flatMap((text) => [`a${text}`, `${text}b`])].find(
      (text) => new Set(ways.map((way) => way.test(text))).size > 1,
    ) ?? null
  );
};

/** Every pattern of a document means the same to every reader of it. */
export const expectOneMeaning = (document: unknown): void => {
  const patterns = patternsIn(document);
  expect(patterns.size).toBeGreaterThan(0);
  forEachSeed(3, (chance) => {
    for (const pattern of patterns) expect(textOfTwoMinds(pattern, chance), pattern).toBeNull();
  });
};
