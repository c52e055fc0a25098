import { expect, test } from 'vitest';
import { namedDigests } from './named-digests.js';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

test('evidence is what a key ending in Digest names, at any depth, once', () => {
  const data = { factsDigest: digest('a'), results: [{ wasmDigest: digest('b') }, { wasmDigest: digest('b') }], nested: { deep: [[{ xDigest: digest('c') }]] } };
  expect([...namedDigests(data)].sort()).toEqual([digest('a'), digest('b'), digest('c')]);
});

test('engine, package and revision digests name things that are not kept as evidence', () => {
  expect(namedDigests({ engineDigest: digest('a'), packageDigest: digest('b'), revisionDigest: digest('c') })).toEqual([]);
});

test('other keys and other values name nothing', () => {
  expect(namedDigests({ digest: digest('a'), note: digest('b'), factsDigest: null, oldDigest: 'sha256:abc', manyDigest: [digest('c')] })).toEqual([]);
  expect(namedDigests('text')).toEqual([]);
});
