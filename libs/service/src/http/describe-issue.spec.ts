import { expect, test } from 'vitest';
import { z } from 'zod';
import { seeded } from '../../../../tools/testing/seeded.js';
import { describeIssue, pointerOf } from '../index.js';

const told = (schema: z.ZodType, value: unknown): readonly string[] =>
  (schema.safeParse(value).error?.issues ?? []).map((issue) => `${pointerOf(issue)} ${describeIssue(issue)}`.trim());
const kinds = z.discriminatedUnion('type', [z.object({ type: z.literal('A') }), z.object({ type: z.literal('B') })]);
const licence = z.union([z.string().max(4), z.record(z.string(), z.unknown()), z.array(z.unknown())]).nullish();

test.each<[string, z.ZodType, unknown, string]>([
  ['a missing field', z.object({ name: z.string() }), {}, '/name is required: give text'],
  ['a missing field of any type', z.object({ data: z.unknown() }), {}, '/data is required'],
  ['another type', z.object({ name: z.string() }), { name: 1 }, '/name is a number: give text'],
  ['a body that is no object', z.object({}), [], 'is an array: give an object'],
  ['a query that is no number', z.coerce.number(), 'many', 'is no number: give a number'],
  ['a number that is not whole', z.int(), 1.5, 'is no whole number: give one'],
  ['text that is too long', z.string().max(12_288), 'a'.repeat(12_289), 'has more than 12288 characters: shorten it'],
  ['empty text', z.string().min(1), '', 'is empty: give at least 1 character'],
  ['short text', z.string().min(10), 'a', 'is too short: give at least 10 characters'],
  ['too many entries', z.array(z.string()).max(1), ['a', 'b'], 'has more than 1 entry: shorten it'],
  ['too large a number', z.number().max(200), 201, 'is over 200: use at most 200'],
  ['too small a number', z.number().min(1), 0, 'is under 1: use at least 1'],
  ['a number that must be positive', z.number().positive(), 0, 'is 0 or less: use more'],
  ['a number that has to stay below', z.number().lt(1), 1, 'is 1 or more: use less'],
  ['none of the choices', z.enum(['a', 'b']), 'c', 'is none of the values it can have: use "a" or "b"'],
  ['another constant', z.literal('1.0'), '0.3', 'is none of the values it can have: use "1.0"'],
  ['no time', z.iso.datetime(), 'yesterday', 'is no RFC 3339 time: write it as 2026-11-22T09:30:00Z'],
  ['no URL', z.url(), 'example', 'is no URL: write it with its scheme, such as https://example.com/'],
  ['a pattern without words of its own', z.string().regex(/^a$/), 'b', 'has the wrong form: must match pattern /^a$/'],
  ['a pattern with words of its own', z.string().regex(/^a$/, 'must be the letter a'), 'b', 'must be the letter a'],
  [
    'what the schema has words for, whatever they begin with',
    z.string({ error: 'Invalid as zod says it' }),
    1,
    'Invalid as zod says it',
  ],
  ['a condition with words of its own', z.string().refine(() => false, 'Too big for us'), 'b', 'Too big for us'],
  ['a condition without words', z.string().refine(() => false), 'b', 'has the wrong form'],
  ['a form that has a name alone', z.email(), 'b', 'has the wrong form: must be email'],
  ['no multiple', z.number().multipleOf(5), 7, 'is no multiple of 5: give one'],
  [
    'a key of the wrong form',
    z.record(z.string().max(2), z.string()),
    { abc: 'x' },
    '/abc is a key that has more than 2 characters: shorten it',
  ],
  [
    'an unknown kind among many',
    z.union([z.literal('a'), z.object({ b: z.string() })]),
    1,
    'is none of the values it can have: use "a", or it is a number: give an object',
  ],
  ['unknown fields', z.strictObject({}), { x: 1, y: 2 }, 'has no field x, y: remove it'],
  ['none of the kinds', kinds, { type: 'C' }, '/type is none of the values it can have: use "A" or "B"'],
  ['none of the types', licence, 5, 'is a number: give text or an object or an array'],
  ['one of the types, but too long', licence, 'abcde', 'has more than 4 characters: shorten it'],
])('%s is told with its cure', (_, schema, value, words) => {
  expect(told(schema, value)).toEqual([words]);
});

test('no sentence of zod is told for what a machine thinks of', () => {
  const random = seeded(0x20d);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const schemas: readonly z.ZodType[] = [
    ...[
      z.string(),
      z.string().min(3),
      z.string().max(1),
      z.string().startsWith('x'),
      z.email(),
      z.uuid(),
      z.iso.date(),
    ],
    ...[
      z.number(),
      z.int().positive(),
      z.number().multipleOf(3),
      z.boolean(),
      z.null(),
      z.array(z.string()).length(2),
      z.tuple([z.string()]),
    ],
    ...[
      z.strictObject({ a: z.string() }),
      z.record(z.string().min(2), z.number()),
      z.enum(['a', 'b']),
      z.literal(['c', 1]),
      z.never(),
    ],
    ...[
      kinds,
      licence,
      z.map(z.string(), z.number()),
      z.set(z.string()),
      z.date(),
      z.xor([z.string(), z.literal('a')]),
    ],
  ];
  const values = [
    undefined,
    null,
    '',
    'a',
    'abcd',
    0,
    -1,
    1.5,
    Number.NaN,
    true,
    [],
    ['a', 1, 2],
    {},
    { a: 1 },
    { type: 'C' },
    new Map([[1, 'x']]),
    new Set([1]),
    new Date(Number.NaN),
    Symbol('s'),
    1n,
  ];
  const words = Array.from({ length: 2_000 }, () => pick(schemas).safeParse(pick(values)))
    .flatMap(({ error }) => error?.issues ?? [])
    .map(describeIssue);
  expect(words.length).toBeGreaterThan(1_000);
  expect(words.filter((text) => !/^(?:is|has) \S/.test(text))).toEqual([]);
});
