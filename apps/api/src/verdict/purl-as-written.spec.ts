import { expect, test } from 'vitest';
import { purlAsWritten } from './purl-as-written.js';

test.each([
  ['/v1/verdict?purl=pkg:npm/a@1+b', 'pkg:npm/a@1+b'],
  ['/v1/verdict?purl=pkg:npm/a@1%2Bb&repository=r', 'pkg:npm/a@1+b'],
  ['/v1/verdict?repository=a+b&purl=pkg%3Anpm%2Fa%401%252Bb', 'pkg:npm/a@1%2Bb'],
  ['/v1/verdict?purl=pkg:generic/a%20b@1', 'pkg:generic/a b@1'],
  ['/v1/verdict?purl=pkg:rpm/f/a@1?arch=x', 'pkg:rpm/f/a@1?arch=x'],
  ['/v1/verdict?repository=r', null],
  ['/v1/verdict', null],
  ['/v1/verdict?purl=%zz', null],
])('%s asks for %s', (url, purl) => {
  expect(purlAsWritten(url)).toBe(purl);
});
