import { expect, test } from 'vitest';
import { packEvidence, unpackEvidence } from './pack-evidence.js';
import { digestOf } from './sha256.js';

const evidence = (text: string) => ({ digest: digestOf(text), kind: 'facts', bytes: Buffer.from(text) });

test.each(['', 'x', 'facts '.repeat(1000), '\0\ufeff'])('bytes come back as they were', (text) => {
  expect(Buffer.from(unpackEvidence(packEvidence(evidence(text)))).toString()).toBe(text);
});

test('what compression makes smaller is compressed, what it does not is stored as it is', () => {
  expect(packEvidence(evidence('facts '.repeat(1000)))).toMatchObject({ encoding: 'zstd', size: 6000 });
  expect(packEvidence(evidence('x'))).toMatchObject({ encoding: 'identity', size: 1 });
});

test('evidence under a digest that is not its own is refused', () => {
  expect(() => packEvidence({ ...evidence('a'), digest: digestOf('b') })).toThrow(`is given as ${digestOf('b')} but hashes to ${digestOf('a')}`);
});

test('a row that would unpack to more than it says is damaged', () => {
  const packed = packEvidence(evidence('bomb '.repeat(100_000)));
  expect(() => unpackEvidence({ ...packed, size: 10 })).toThrow('does not hash to its digest');
});
