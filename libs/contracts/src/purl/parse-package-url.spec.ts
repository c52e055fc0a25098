import { expect, test } from 'vitest';
import { randomParts, randomSpelling } from '../../../../tools/testing/purl-spellings.js';
import { forEachSeed } from '../../../../tools/testing/random-cases.js';
import { parsePackageUrl } from './parse-package-url.js';

test.each([
  ['pkg:npm/lodash@4.17.20', 'pkg:npm/lodash@4.17.20'],
  ['PKG:NPM/lodash@4.17.20', 'pkg:npm/lodash@4.17.20'],
  ['pkg://npm/lodash@4.17.20', 'pkg:npm/lodash@4.17.20'],
  ['pkg:npm/lodash/@4.17.20', 'pkg:npm/lodash@4.17.20'],
  ['pkg:npm/JSONPath@1.0.0', 'pkg:npm/JSONPath@1.0.0'],
  ['pkg:npm/jsonpath@1.0.0', 'pkg:npm/jsonpath@1.0.0'],
  ['pkg:npm/@angular/core@1.0.0', 'pkg:npm/%40angular/core@1.0.0'],
  ['pkg:npm/%40angular%2Fcore@1.0.0', 'pkg:npm/%40angular/core@1.0.0'],
  ['pkg:npm/%40angular%2fcore@1.0.0', 'pkg:npm/%40angular/core@1.0.0'],
  ['pkg:pypi/Zope.Interface__x@5.0', 'pkg:pypi/zope-interface-x@5.0'],
  ['pkg:pypi/torch@2.6.0+CU118', 'pkg:pypi/torch@2.6.0%2Bcu118'],
  ['pkg:maven/org.apache/log4j@2?type=jar#a/b', 'pkg:maven/org.apache/log4j@2'],
  ['pkg:maven/org.apache/log4j@2?type=pom', 'pkg:maven/org.apache/log4j@2?type=pom'],
  ['pkg:maven/org/apache/commons/commons-lang3@3.12.0', 'pkg:maven/org.apache.commons/commons-lang3@3.12.0'],
  ['pkg:maven/org%2Fapache%2Fcommons/commons-lang3@3.12.0', 'pkg:maven/org.apache.commons/commons-lang3@3.12.0'],
  ['pkg:golang/github.com/BurntSushi/toml@v1.2.3', 'pkg:golang/github.com/BurntSushi/toml@v1.2.3'],
  ['pkg:golang/github.com/!burnt!sushi/toml@v1.2.3', 'pkg:golang/github.com/BurntSushi/toml@v1.2.3'],
  ['pkg:golang/github.com%2FBurntSushi%2Ftoml@v1.2.3', 'pkg:golang/github.com/BurntSushi/toml@v1.2.3'],
  ['pkg:golang/stdlib@1.21.1', 'pkg:golang/stdlib@1.21.1'],
  ['pkg:golang/x.org/y@v2.0.0+incompatible', 'pkg:golang/x.org/y@v2.0.0%2Bincompatible'],
  ['pkg:cargo/Serde_json@1.0.0+x', 'pkg:cargo/Serde_json@1.0.0%2Bx'],
  ['pkg:docker/library/nginx@sha256:0a', 'pkg:docker/library/nginx@sha256:0a'],
  ['pkg:rpm/fedora/curl@7?distro=f25&arch=i386', 'pkg:rpm/fedora/curl@7?arch=i386&distro=f25'],
  [
    'pkg:conan/openssl.org/openssl@3.0.3?user=bincrafters&channel=stable',
    'pkg:conan/openssl.org/openssl@3.0.3?channel=stable&user=bincrafters',
  ],
  ['pkg:deb/debian/g++@4:12.2?arch=amd64', 'pkg:deb/debian/g%2B%2B@4:12.2?arch=amd64'],
  ['pkg:helm/bitnami/nginx@15.0.0', 'pkg:helm/bitnami/nginx@15.0.0'],
])('%s has the one spelling %s', (text, purl) => {
  expect(parsePackageUrl(text)).toMatchObject({ purl });
  expect(parsePackageUrl(purl)).toMatchObject({ purl });
});

test.each([
  ['pkg:npm/a@1?vcs_url=git://x', 'pkg:npm/a@1'],
  ['pkg:npm/a@1?download_url=https://x', 'pkg:npm/a@1'],
  ['pkg:npm/a@1?checksum=sha1:aa', 'pkg:npm/a@1'],
  ['pkg:npm/a@1#src', 'pkg:npm/a@1'],
  ['pkg:vcpkg/a@1?triplet=x64-linux', 'pkg:vcpkg/a@1'],
  ['pkg:gem/a@1?platform=ruby', 'pkg:gem/a@1'],
])('%s names the same file as %s', (text, same) => {
  expect(parsePackageUrl(text)).toMatchObject({ purl: same });
});

test.each([
  ['pkg:rpm/fedora/curl@7?arch=i386', 'pkg:rpm/fedora/curl@7?arch=x86_64'],
  ['pkg:gem/a@1?platform=java', 'pkg:gem/a@1'],
  ['pkg:maven/g/a@1?classifier=sources', 'pkg:maven/g/a@1'],
  ['pkg:pypi/a@1?file_name=a-1.tar.gz', 'pkg:pypi/a@1?file_name=a-1-py3-none-any.whl'],
  ['pkg:npm/a@1?repository_url=https:%2F%2Fx', 'pkg:npm/a@1'],
  ['pkg:generic/a@1?download_url=https:%2F%2Fx', 'pkg:generic/a@1?download_url=https:%2F%2Fy'],
  ['pkg:oci/a@sha256:0a?tag=1', 'pkg:oci/a@sha256:0a?tag=2'],
  ['pkg:npm/JSONPath@1', 'pkg:npm/jsonpath@1'],
])('%s and %s are two packages', (one, other) => {
  const [a, b] = [parsePackageUrl(one), parsePackageUrl(other)];
  expect(a).toHaveProperty('purl', one);
  expect(b).toHaveProperty('purl', other);
});

test('the parts are told, and a missing version is null', () => {
  expect(parsePackageUrl('pkg:npm/%40angular/core?arch=x64&checksum=sha1:aa#src')).toEqual({
    purl: 'pkg:npm/%40angular/core?arch=x64',
    type: 'npm',
    namespace: '@angular',
    name: 'core',
    version: null,
    qualifiers: { arch: 'x64', checksum: 'sha1:aa' },
    subpath: 'src',
  });
});

test.each([
  ['lodash@4.17.20', 'does not begin with pkg:'],
  ['', 'does not begin with pkg:'],
  ['pkg:npm', 'has no name'],
  ['pkg:/@1', 'is no type'],
  ['pkg:maven/log4j-core@2.14.1', 'has no namespace, which maven needs'],
  ['pkg:maven/org.apache:log4j@2', 'the group before the artifact'],
  ['pkg:maven/org.apache/log4j:core@2', 'write pkg:maven/group/artifact@version'],
  ['pkg:npm/angular/core@1', 'npm names are name or @scope/name'],
  ['pkg:npm/%40angular@1', 'npm names are name or @scope/name'],
  ['pkg:pypi/requests[security]@2', 'leave out extras'],
  ['pkg:pypi/psf/requests@2', 'has the namespace "psf"'],
  ['pkg:golang/https://github.com/gorilla/mux@v1', 'leave out the scheme'],
  ['pkg:golang/./staging/src/k8s.io/api@(devel)', 'has "." or ".." among its names'],
  ['pkg:cargo/a.b@1', 'crates have letters'],
  ['pkg:notatype/x@1', 'unknown package type "notatype": use one of alpm'],
  ['pkg:python/requests@2', 'name of a format: write pkg:pypi/'],
  ['pkg:ruby/rails@7', 'name of a format: write pkg:gem/'],
  ['pkg:julia/Dates@1', 'add ?uuid='],
  ['pkg:rpm/fedora/curl@7?arch=a&Arch=b', 'the qualifier arch twice'],
  ['pkg:rpm/fedora/curl@7?a%20b=c', 'a qualifier named "a%20b"'],
  ['pkg:npm/lo\tdash@1', 'control character'],
  ['pkg:npm/lodash@1%00', 'control character'],
  ['pkg:rpm/fedora/curl@7?arch=%0a', 'control character'],
  ['pkg:npm/lodash@%zz', 'write a percent sign itself as %25'],
  ['pkg:generic/a@\ud800', 'half a character'],
  [`pkg:npm/${'a'.repeat(2050)}@1`, 'use at most 2048'],
  [`pkg:generic/${'é'.repeat(1000)}@1`, 'once encoded'],
])('%s is refused with the cure', (text, words) => {
  expect(parsePackageUrl(text)).toEqual({ refused: expect.stringContaining(words) as string });
});

test('every spelling of a package has one identity, and no two packages share one', () => {
  const partsOf = new Map<string, string>();
  forEachSeed(5_000, (chance) => {
    const parts = randomParts(chance);
    const first = parsePackageUrl(randomSpelling(parts, chance));
    const other = randomSpelling(parts, chance);
    expect(first).toMatchObject({ type: parts.type, name: parts.name, version: parts.version });
    expect(parsePackageUrl(other), other).toHaveProperty('purl', 'purl' in first ? first.purl : null);
    if (!('purl' in first)) return;
    const told = JSON.stringify(parts);
    expect(partsOf.get(first.purl) ?? told).toBe(told);
    partsOf.set(first.purl, told);
  });
  expect(partsOf.size).toBeGreaterThan(100);
});

test('ten thousand random texts never fault, and what is accepted keeps its spelling', () => {
  let accepted = 0;
  const types = ['npm', 'pypi', 'maven', 'golang', 'cargo', 'generic', 'rpm', 'git', 'mlflow'];
  const pieces = ['a', 'B', '1', '.', '-', '_', '/', '@', '%', '%2F', '%40', '%20', '?', '#', ':', 'é', ' ', '+'];
  const further = ['\\', '\ud83d\ude00', '..', '&', '=', 'k=v', '\ud83d', '!a', '%2B', '?arch=a'];
  forEachSeed(10_000, (chance) => {
    const text = `pkg:${chance.pick(types)}/${chance.listOf(12, () => chance.pick([...pieces, ...further])).join('')}`;
    const parsed = parsePackageUrl(text);
    if ('refused' in parsed) return;
    accepted += 1;
    expect(parsePackageUrl(parsed.purl), text).toMatchObject({
      purl: parsed.purl,
      name: parsed.name,
      namespace: parsed.namespace,
      version: parsed.version,
    });
    expect(parsed.purl).toMatch(/^[\w.~:/@?=&%-]+$/);
  });
  expect(accepted).toBeGreaterThan(1_000);
});
