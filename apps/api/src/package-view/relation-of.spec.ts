import { expect, test } from 'vitest';
import { randomParts, randomSpelling } from '../../../../tools/testing/purl-spellings.js';
import { forEachSeed } from '../../../../tools/testing/random-cases.js';
import { askedPackage } from './asked-package.js';
import { relationOf } from './relation-of.js';

test.each([
  ['pkg:rpm/fedora/curl@7', 'pkg:rpm/fedora/curl@7?arch=i386', 'version'],
  ['pkg:rpm/fedora/curl@7?arch=i386', 'pkg:rpm/fedora/curl@7', 'version'],
  ['pkg:rpm/fedora/curl@7?arch=i386', 'pkg:rpm/fedora/curl@7?arch=i386&distro=f25', 'version'],
  ['pkg:rpm/fedora/curl@7?arch=i386', 'pkg:rpm/fedora/curl@7?distro=f25', 'version'],
  ['pkg:rpm/fedora/curl@7?arch=i386', 'pkg:rpm/fedora/curl@7?arch=x86_64&distro=f25', 'other'],
  ['pkg:npm/JSONPath@1', 'pkg:npm/jsonpath@1', 'namesake'],
  ['pkg:npm/a@1-RC', 'pkg:npm/a@1-rc', 'namesake'],
  ['pkg:golang/github.com/BurntSushi/toml@v1', 'pkg:golang/github.com/burntsushi/toml@v1', 'version'],
  ['pkg:golang/x.org/y@v2%2Bincompatible', 'pkg:golang/x.org/y@v2+incompatible', 'same'],
  ['pkg:deb/debian/g%2B%2B@1%2B1', 'pkg:deb/debian/g%2B%2B@1+1', 'same'],
  ['pkg:npm/a@1', 'pkg:npm/a/b/c@1', 'namesake'],
] as const)('asked for %s, %s is %s', (asked, known, relation) => {
  expect(relationOf(asked, known)).toBe(relation);
});

test('any spelling finds all files of the version, as they are written now and were before', () => {
  forEachSeed(2_000, (chance) => {
    const parts = randomParts(chance);
    const known = askedPackage(randomSpelling(parts, chance), 'path');
    const asked = askedPackage(randomSpelling({ ...parts, qualifiers: {} }, chance), 'path');
    const folded = (purl: string): string => (purl.split('?')[0] ?? '').toLowerCase();
    for (const spelling of known.spellings) {
      expect(asked.folded).toContain(folded(spelling));
      expect(relationOf(asked.purl, spelling)).toBe(known.purl === asked.purl ? 'same' : 'version');
    }
  });
});
