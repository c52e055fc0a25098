import { expect, test } from 'vitest';
import { namedDigests } from './named-digests.js';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

test('evidence is what a member ending in Digest names', () => {
  expect(namedDigests({ factsDigest: digest('a'), policySetDigest: digest('b'), regoDigest: null })).toEqual([
    digest('a'),
    digest('b'),
  ]);
});

test('engine, package and revision digests name things that are not kept as evidence', () => {
  expect(namedDigests({ engineDigest: digest('a'), packageDigest: digest('b'), revisionDigest: digest('c') })).toEqual(
    [],
  );
});

test('what a user put deeper into the data names nothing', () => {
  expect(
    namedDigests({
      parameters: { imageDigest: digest('a') },
      results: [{ xDigest: digest('b') }],
      note: JSON.stringify({ factsDigest: digest('c') }),
    }),
  ).toEqual([]);
});

test('a member ending in Digests names evidence in a list', () => {
  expect(
    namedDigests({
      factsDigests: [digest('a'), '', null, digest('b')],
      engineDigests: 'sha256:x',
      digests: [digest('c')],
    }),
  ).toEqual([digest('a'), digest('b')]);
});

test('other keys and other values name nothing', () => {
  expect(
    namedDigests({ digest: digest('a'), note: digest('b'), oldDigest: 'sha256:abc', manyDigest: [digest('c')] }),
  ).toEqual([]);
  expect([null, 'text', 3, [digest('a')]].map(namedDigests)).toEqual([[], [], [], []]);
});
