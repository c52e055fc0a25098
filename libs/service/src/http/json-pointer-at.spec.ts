import { expect, test } from 'vitest';
import { forEachSeed, randomJson, type Json } from '../../../../tools/testing/random-cases.js';
import { jsonPointerAt } from './json-pointer-at.js';

/** The pointers of all numbers 7 in a document, in the order of its text. */
const pointersOf = (value: Json, pointer = ''): readonly string[] => {
  if (value === 7) return [pointer];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    pointersOf(member, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
};

const withSevens = (value: Json): Json => {
  if (typeof value === 'number') return 7;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member: Json) => withSevens(member));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withSevens(member)]));
};

test('the pointer to any member is what a walk through the document says', () => {
  forEachSeed(300, (chance) => {
    const document = withSevens(randomJson(chance, 5, ['a', 'b/c', '~', '{', '[', ',', '']));
    const text = JSON.stringify(document, null, chance.below(3));
    const places = [...text.matchAll(/(?<![\w"\\.])7(?![\w"])/g)].map(({ index }) => index);
    expect(places.map((place) => jsonPointerAt(text, place))).toEqual(pointersOf(document));
  });
});

test('what nests without an end is named by its beginning', () => {
  const text = `[{"data":{"license":${'['.repeat(100_000)}`;
  expect(jsonPointerAt(text, text.length)).toBe('/0/data/license/0/0/0/0/0');
});
