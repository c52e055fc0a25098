import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { expect, test } from 'vitest';
import { knownPackage } from '../../../../tools/testing/known-package.js';
import { buildFacts } from './build-facts.js';
import { canonicalFacts } from './canonical-facts.js';

const facts = buildFacts(knownPackage('pkg:npm/lodash@4.17.20', { metadata: { summary: 'Zürich' } }));
const reversed = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).reverse().map(([name, member]) => [name, reversed(member)]));

test('the same facts have the same bytes and digest, in whatever order they were written', () => {
  const { bytes, digest } = canonicalFacts(facts);
  expect(canonicalFacts(reversed(facts) as typeof facts)).toEqual({ bytes, digest });
  expect(digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  expect(JSON.parse(Buffer.from(bytes).toString('utf8'))).toEqual(facts);
});

test('half a surrogate pair in a text does not keep a package from being judged', () => {
  const broken = buildFacts(knownPackage('pkg:npm/lodash@4.17.20', { metadata: { summary: 'half \ud83d pair' } }));
  const { bytes } = canonicalFacts(broken);
  expect(Buffer.from(bytes).toString('utf8')).toContain('"summary":"half \ufffd pair"');
});

test.each<[string, unknown]>([
  ['numbers as names', { 10: 'a', 9: 'b', 1: { 2: 1, 11: 2 } }],
  ['a name that JavaScript takes for a prototype', JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}')],
  ['names beyond ASCII, ordered by UTF-16', { '\u20ac': 1, '\r': 2, '\ufb33': 3, '\ud83d\ude02': 4, '\u00f6': 5 }],
  ['numbers as ECMAScript writes them', { a: 1e21, b: 1e-7, c: -0, d: 333333333.33333329, e: 4.5 }],
  ['members that are not there', { b: undefined, a: [null, true] }],
])('%s are written as the RFC 8785 library writes them', (_what, content) => {
  const odd = { ...facts, v0: { ...facts.v0, metadata: [{ content, source_kind: 'CUSTOM' as const, source_identity: 'x' }] } };
  expect(Buffer.from(canonicalFacts(odd).bytes).toString('utf8')).toBe(canonicalize(odd));
});

test('half a surrogate pair in a name is replaced too', () => {
  const odd = { ...facts, v0: { ...facts.v0, metadata: [{ content: { '\udc00': 1 }, source_kind: 'CUSTOM' as const, source_identity: 'x' }] } };
  expect(Buffer.from(canonicalFacts(odd).bytes).toString('utf8')).toContain('{"\ufffd":1}');
});

test('a number that JSON cannot write is a fault, not null', () => {
  const odd = { ...facts, v1: { ...facts.v1, scorecard: { repository: 'x', score: Number.NaN, date: '2026-01-01', checks: {} } } };
  expect(() => canonicalFacts(odd)).toThrow('NaN');
});
