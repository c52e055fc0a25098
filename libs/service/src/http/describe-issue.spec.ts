import { expect, test } from 'vitest';
import { z } from 'zod';
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
  ['unknown fields', z.strictObject({}), { x: 1, y: 2 }, 'has no field x, y: remove it'],
  ['none of the kinds', kinds, { type: 'C' }, '/type is none of the values it can have: use "A" or "B"'],
  ['none of the types', licence, 5, 'is a number: give text or an object or an array'],
  ['one of the types, but too long', licence, 'abcde', 'has more than 4 characters: shorten it'],
])('%s is told with its cure', (_, schema, value, words) => {
  expect(told(schema, value)).toEqual([words]);
});
