import { expect, test } from 'vitest';
import { parsePackageUrl } from './parse-package-url.js';

test.each([
  ['pkg:npm/lodash@4.17.20', 'pkg:npm/lodash@4.17.20'],
  ['PKG:NPM/Lodash@4.17.20', 'pkg:npm/lodash@4.17.20'],
  ['pkg://npm/lodash@4.17.20', 'pkg:npm/lodash@4.17.20'],
  ['pkg:npm/%40Angular/core@1.0.0', 'pkg:npm/%40angular/core@1.0.0'],
  ['pkg:npm/@angular/core@1.0.0', 'pkg:npm/%40angular/core@1.0.0'],
  ['pkg:npm/%40angular%2Fcore@1.0.0', 'pkg:npm/%40angular/core@1.0.0'],
  ['pkg:pypi/Zope.Interface__x@5.0', 'pkg:pypi/zope-interface-x@5.0'],
  [
    'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1?type=jar#a/b',
    'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
  ],
  ['pkg:golang/github.com/BurntSushi/toml@v1.2.3', 'pkg:golang/github.com/burntsushi/toml@v1.2.3'],
  ['pkg:cargo/Serde_json@1.0.0+x', 'pkg:cargo/Serde_json@1.0.0+x'],
  ['pkg:docker/library/nginx@sha256:0a', 'pkg:docker/library/nginx@sha256:0a'],
])('%s has the one spelling %s', (text, purl) => {
  expect(parsePackageUrl(text)).toMatchObject({ purl });
  expect(parsePackageUrl(purl)).toMatchObject({ purl });
});

test('the parts are told, and a missing version is null', () => {
  expect(parsePackageUrl('pkg:npm/%40angular/core?arch=x64#src')).toEqual({
    purl: 'pkg:npm/%40angular/core',
    type: 'npm',
    namespace: '@angular',
    name: 'core',
    version: null,
    qualifiers: { arch: 'x64' },
    subpath: 'src',
  });
});

test.each([
  ['lodash@4.17.20', 'is not a package URL'],
  ['', 'is not a package URL'],
  ['pkg:npm', 'is not a package URL'],
  ['pkg:maven/log4j-core@2.14.1', 'maven requires a "namespace"'],
  ['pkg:notatype/x@1', 'unknown package type "notatype": use one of alpm'],
  ['pkg:npm/lo\tdash@1', 'control character'],
  ['pkg:npm/lodash@1%00', 'control character'],
  ['pkg:npm/lodash@%zz', 'is not a package URL'],
  ['pkg:golang/example.com/x@vnext', 'write it as v1.2.3'],
  [`pkg:npm/${'a'.repeat(2050)}@1`, 'use at most 2048'],
  [`pkg:npm/${'é'.repeat(1000)}@1`, 'once encoded'],
])('%s is refused with the cure', (text, words) => {
  expect(parsePackageUrl(text)).toEqual({ refused: expect.stringContaining(words) as string });
});

test('ten thousand random texts never fault, and what is accepted keeps its spelling', () => {
  let seed = 20_261_122;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const alphabet = [
    'a',
    'B',
    '1',
    '.',
    '-',
    '_',
    '/',
    '@',
    '%',
    '%2F',
    '%40',
    '%20',
    '?',
    '#',
    ':',
    'é',
    ' ',
    '+',
    '\\',
    '\ud83d\ude00',
    '..',
    '&',
    '=',
  ];
  for (let round = 0; round < 10_000; round += 1) {
    const type = ['npm', 'pypi', 'maven', 'golang', 'cargo', 'generic'][random(6)];
    const text = `pkg:${type}/${Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)]).join('')}`;
    const parsed = parsePackageUrl(text);
    if ('refused' in parsed) continue;
    expect(parsePackageUrl(parsed.purl), text).toMatchObject({
      purl: parsed.purl,
      name: parsed.name,
      namespace: parsed.namespace,
      version: parsed.version,
    });
  }
});
