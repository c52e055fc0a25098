import { createHash } from 'node:crypto';
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
