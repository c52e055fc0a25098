import { expect, test } from 'vitest';
import { repositorySchema } from './package-event.js';
import { policyDraftSchema } from './policy-http.js';
import { unseenIn, visibleName } from './visible-name.js';

const schema = visibleName(100);

test.each([
  ['a NUL', 'a\u0000b', 'U+0000'],
  ['a line break', 'a\nb', 'U+000A'],
  ['an escape sequence', '\u001B[31mred', 'U+001B'],
  ['a soft hyphen', 'a\u00ADb', 'U+00AD'],
  ['a no-break space', 'a\u00A0b', 'U+00A0'],
  ['an em space', 'a\u2003b', 'U+2003'],
  ['a zero width space', 'a\u200Bb', 'U+200B'],
  ['a right-to-left override', 'a\u202Eb', 'U+202E'],
  ['a line separator', 'a\u2028b', 'U+2028'],
  ['a variation selector', 'a\uFE0F', 'U+FE0F'],
  ['a Hangul filler', 'a\u3164', 'U+3164'],
  ['a blank of Braille', 'a\u2800', 'U+2800'],
  ['a tag character', 'a\u{E0041}', 'U+E0041'],
  ['a private character', 'a\uE000', 'U+E000'],
  ['half a pair', 'a\uD800', 'U+D800'],
])('a name with %s is refused, and the character is named', (_what, name, character) => {
  const { success, error } = schema.safeParse(name);
  expect(success).toBe(false);
  expect(error?.issues[0]?.message).toMatch(
    new RegExp(`^holds ${character.replace('+', '\\+')}, which cannot be seen`),
  );
  for (const holder of [policyDraftSchema.shape.name, repositorySchema.shape.name])
    expect(holder.safeParse(name).success).toBe(false);
});

test.each(['EPSS ≥ 0.2', 'Lizenzprüfung', '许可证', 'Без GPL', 'عربي', '🚫 GPL', 'a "quoted" (name)'])(
  'the name %s is taken as it is',
  (name) => expect(schema.parse(name)).toBe(name.normalize('NFC')),
);

test('a name is kept in its composed form, so that one name is one text', () => {
  expect(schema.parse('Pru\u0308fung')).toBe('Pr\u00FCfung');
});

/** Every character there is, whatever Node's Unicode makes of it. */
test('of all characters those are refused that draw nothing', () => {
  const drawsNothing = /^[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]$/u;
  let refused = 0;
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    const isRefused = unseenIn(`a${character}b`) !== null;
    if (isRefused !== (drawsNothing.test(character) && character !== ' '))
      throw new Error(`U+${code.toString(16)}: refused ${isRefused}`);
    if (isRefused) refused += 1;
  }
  expect(refused).toBeGreaterThan(800_000);
});
