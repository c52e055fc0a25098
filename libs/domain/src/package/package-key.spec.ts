import { expect, test } from 'vitest';
import { packageKey, spelledBefore } from './package-key.js';

test.each([
  ['pkg:golang/x.org/y@v2.0.0%2Bincompatible', 'pkg:golang/x.org/y@v2.0.0+incompatible'],
  ['pkg:generic/a@%28devel%29%21', 'pkg:generic/a@(devel)!'],
  ['pkg:generic/a%20b@1', 'pkg:generic/a%20b@1'],
  ['pkg:generic/a%252Bb@1', 'pkg:generic/a%252Bb@1'],
  ['pkg:rpm/fedora/curl@7?arch=x%2By%21', 'pkg:rpm/fedora/curl@7?arch=x%2By%21'],
  ['pkg:deb/debian/g%2B%2B@4:1%2B1', 'pkg:deb/debian/g%2B%2B@4:1+1'],
  ['pkg:npm/%40a/b%21@1', 'pkg:npm/%40a/b!@1'],
])('%s is named in keys as it was before: %s', (purl, key) => {
  expect(packageKey('w', 'r', purl)).toBe(`w/r/${key}`);
  expect(spelledBefore(key)).toBe(key);
});
