import { expect, test } from 'vitest';
import { namedDigests } from './named-digests.js';

const named = (data: unknown) => namedDigests(JSON.stringify(data));
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

test('evidence is what a key ending in Digest names, at any depth, once', () => {
  const data = { factsDigest: digest('a'), results: [{ wasmDigest: digest('b') }, { wasmDigest: digest('b') }], nested: { deep: [[{ xDigest: digest('c') }]] } };
  expect([...named(data)].sort()).toEqual([digest('a'), digest('b'), digest('c')]);
});

test('engine, package and revision digests name things that are not kept as evidence', () => {
  expect(named({ engineDigest: digest('a'), packageDigest: digest('b'), revisionDigest: digest('c') })).toEqual([]);
});

test('other keys and other values name nothing', () => {
  expect(named({ digest: digest('a'), note: digest('b'), factsDigest: null, oldDigest: 'sha256:abc', manyDigest: [digest('c')] })).toEqual([]);
  expect(named('text')).toEqual([]);
});

test('a text that quotes such a member names nothing', () => {
  expect(named({ note: JSON.stringify({ factsDigest: digest('a') }), [`"factsDigest":"${digest('b')}"`]: 1 })).toEqual([]);
});
