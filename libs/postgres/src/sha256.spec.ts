import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { seeded } from '../../../tools/testing/seeded.js';
import { digestBytes, digestOf, digestText, isDigest, sha256 } from './sha256.js';

/** FIPS 180-4, examples of SHA-256. */
test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
])('the digest of %j is that of the standard', (text, hex) => {
  expect(digestOf(text)).toBe(`sha256:${hex}`);
});

test('a digest is the same of a text and of its bytes, and as text and as bytes: 200 by seed', () => {
  const random = seeded(256);
  for (let n = 0; n < 200; n += 1) {
    const text = Array.from({ length: Math.floor(random() * 40) }, () =>
      String.fromCodePoint(Math.floor(random() * 0xd800)),
    ).join('');
    const bytes = Buffer.concat([Buffer.from('before'), Buffer.from(text)]).subarray(6);
    const digest = digestOf(text);
    expect([
      digestOf(bytes),
      digestText(sha256(text)),
      digestText(digestBytes(digest)),
      digestText(createHash('sha256').update(text).digest()),
    ]).toEqual([digest, digest, digest, digest]);
    expect(isDigest(digest)).toBe(true);
  }
});

test.each([
  '',
  'sha256:',
  `sha256:${'a'.repeat(63)}`,
  `sha256:${'a'.repeat(65)}`,
  `sha256:${'A'.repeat(64)}`,
  `sha256:${'g'.repeat(64)}`,
  `sha512:${'a'.repeat(64)}`,
  'a'.repeat(64),
  ` sha256:${'a'.repeat(64)}`,
  `sha256:${'a'.repeat(64)}\n`,
  null,
  7,
])('%j is no digest', (value) => {
  expect(isDigest(value)).toBe(false);
});
