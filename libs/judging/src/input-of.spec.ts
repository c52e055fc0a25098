import canonicalize from 'canonicalize';
import { expect, test } from 'vitest';
import { forEachSeed, randomMembers } from '../../../tools/testing/random-cases.js';
import { inputOf } from './input-of.js';

const FRESHNESS = { epss: { asOf: '2026-08-01', loadedAt: '2026-08-02T00:00:00.000Z' }, kev: null, osv: null };
const read = { text: JSON.stringify(FRESHNESS), digest: 'sha256:fresh' };

const bytesOf = (facts: unknown): Buffer => Buffer.from(canonicalize(facts) ?? '', 'utf8');
const shown = (facts: unknown): string => Buffer.from(inputOf(bytesOf(facts), read)).toString('utf8');

test('facts that nobody asks the freshness of are shown as they are', () => {
  const facts = bytesOf({ v0: {}, v1: {} });
  expect(inputOf(facts, null)).toBe(facts);
});

test.each<[string, { readonly v0?: unknown; readonly v1?: object }]>([
  [
    'facts as enrichment builds them',
    { v0: { package: { name: 'a' } }, v1: { package: { purl: 'pkg:npm/a@1' }, vulnerabilities: [] } },
  ],
  ['nothing in v1', { v0: {}, v1: {} }],
  ['no v1', { v0: { a: 1 } }],
  ['no v0', { v1: { a: 1 } }],
  ['nothing at all', {}],
  ['a text that spells the beginning of v1', { v0: { a: ',"v1":{' }, v1: { b: ',"v1":{"freshness":{"epss":' } }],
  ['a v1 within v0', { v0: { a: 1, v1: { b: 2 } }, v1: { c: 3 } }],
  ['a v1 within v1', { v0: {}, v1: { a: 1, v1: { b: 2 }, z: 3 } }],
  ['a v1 within v1 at the end', { v0: {}, v1: { a: 1, v1: { b: 2 } } }],
  ['a v1 within v0 and none of its own', { v0: { a: 1, v1: { b: 2 } } }],
  [
    'the freshness of the version before',
    { v0: {}, v1: { a: 1, freshness: { epss: null, kev: null, osv: { asOf: null, loadedAt: 'then' } }, z: 2 } },
  ],
  ['another freshness within', { v0: {}, v1: { a: { freshness: { epss: 1 } } } }],
  ['a freshness of some other shape', { v0: {}, v1: { freshness: 'new' } }],
])('%s', (_what, facts) => {
  expect(JSON.parse(shown(facts))).toEqual({ ...facts, v1: { ...facts.v1, freshness: FRESHNESS } });
  expect(shown(facts).match(/"freshness":\{"epss":\{"asOf":"2026-08-01"/g)).toHaveLength(1);
});

test('a view into a larger buffer is shown like bytes of its own', () => {
  const facts = bytesOf({ v0: {}, v1: { a: 1 } });
  const within = Buffer.concat([Buffer.from('xx'), facts, Buffer.from(',"v1":{')]);
  expect(
    Buffer.from(inputOf(new Uint8Array(within.buffer, within.byteOffset + 2, facts.length), read)).toString(),
  ).toBe(shown({ v0: {}, v1: { a: 1 } }));
});

test('whatever the facts are, the input is the facts with the freshness in v1, told once', () => {
  const names = ['v1', 'v0', 'a', 'freshness', 'epss', '","v1":{', '\\a', '"'];
  forEachSeed(3_000, (chance) => {
    const old = chance.happens(0.2) ? { freshness: { epss: null, kev: null, osv: null } } : {};
    const v1 = { ...randomMembers(chance, 4, names), ...old };
    const facts = {
      ...(chance.happens(0.9) && { v0: randomMembers(chance, 4, names) }),
      ...(chance.happens(0.9) && { v1 }),
    };
    const expected = { ...facts, v1: { ...facts.v1, freshness: FRESHNESS } };
    expect(JSON.parse(shown(facts))).toEqual(expected);
    expect(shown(facts)).toHaveLength(JSON.stringify(expected).length);
  });
});
