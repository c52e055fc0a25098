import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { expectOneMeaning, textOfTwoMinds } from './testing/pattern-flags.js';
import { chanceOf, givenSeed } from './testing/random-cases.js';

const documents = [...globSync('docs/reference/*.{json,yaml}'), 'deploy/helm/weir/values.schema.json']
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
  .filter(({ text }) => text.includes('pattern'));

test('there are documents with patterns', () => expect(documents.length).toBeGreaterThan(2));

test.each(documents)('the patterns of $file mean the same with and without the u flag', ({ text }) => {
  expectOneMeaning(parse(text));
});

test.each(['^\\P{Cc}*$', '^[^\\p{L}]+$', '^.$', '^\\u{41}$', '^[\u{1F600}]$', '^(?:.{2})*$'])(
  '%s does not, and that is found',
  (pattern) => {
    expect(textOfTwoMinds(pattern, chanceOf(givenSeed()))).not.toBeNull();
  },
);
