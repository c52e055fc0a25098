import { expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import { forEachSeed, randomJson } from '../../../../tools/testing/random-cases.js';
import { MAX_JSON_MEMBERS, parseJson } from './parse-json.js';
import { ProblemError } from './problem-error.js';
import { refuseUnstorableText } from './refuse-unstorable-text.js';

/** The plainest way to say what is refused first: all places of the value, in their order. */
const placesOf = (value: unknown, pointer = ''): readonly (readonly [pointer: string, text: string | null])[] => {
  if (typeof value === 'string') return [[pointer, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const here = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Array.isArray(value) ? [] : [[here, key === '__proto__' ? null : key] as const];
    return [...own, ...placesOf(member, here)];
  });
};

const firstRefused = (value: unknown): string | undefined =>
  placesOf(value).find(([, text]) => text === null || text.includes('\u0000') || !text.isWellFormed())?.[0];

const refusedAt = (text: string): string | undefined => {
  try {
    refuseUnstorableText(JSON.parse(text), text);
    return undefined;
  } catch (fault) {
    return (fault as ProblemError).problem.errors?.[0]?.pointer;
  }
};

const NAMES = ['a', 'b/c', '~', '', '__proto__', 'x\u0000', '\ud800', '\u{1F600}', 'constructor'];

test('what is refused first is what a walk through all places finds first', () => {
  let refused = 0;
  forEachSeed(2_000, (chance) => {
    const document = randomJson(chance, 5, chance.happens(0.5) ? NAMES : ['a', '\u{1F600}', 'b/c']);
    const text = JSON.stringify(document);
    const first = firstRefused(JSON.parse(text));
    if (first !== undefined) refused += 1;
    expect(refusedAt(text)).toBe(first);
  });
  expect(refused).toBeGreaterThan(100);
});

const emoji = String.raw`"\ud83d\ude00"`;

test.each([
  ['five million numbers', `[${emoji}${',0'.repeat(5_000_000)}]`],
  ['three million empty objects', `[${emoji}${',{}'.repeat(3_300_000)}]`],
  [
    'as many names as a body may have',
    `{${emoji}:0${Array.from({ length: 499_000 }, (_, i) => `,"${i}a":0`).join('')}}`,
  ],
  ['as many texts as a body may have', `[${emoji}${`,${emoji}`.repeat(499_000)}]`],
])('a body of %s costs less than two seconds of a processor', (_, text) => {
  const bytes = Buffer.from(text);
  const before = cpuMillis();
  try {
    parseJson(bytes);
  } catch (fault) {
    expect(fault).toBeInstanceOf(ProblemError);
  }
  expect(cpuMillis() - before).toBeLessThan(2_000);
});

test('a body may have half a million members, not one more', () => {
  const body = (count: number) => Buffer.from(`{"a":[${Array.from({ length: count }, () => 0).join(',')}],"b":","}`);
  expect(parseJson(body(MAX_JSON_MEMBERS - 3))).toHaveProperty('b');
  expect(() => parseJson(body(MAX_JSON_MEMBERS))).toThrow('The body has more than 500000 members');
});
