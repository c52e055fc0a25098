import { expect, test } from 'vitest';
import {
  CLOUDSMITH_FORMATS,
  currentFormat,
  formatInRepository,
  formatsMeant,
  formatsOfType,
  mayCarry,
  packageFormat,
} from './package-format.js';
import { PURL_TYPES } from './purl-types.js';

/** The upload paths of Cloudsmith's API 1.1146.0 (2026-05-19), which its search and `cloudsmith push` use as names of formats. */
const DOCUMENTED =
  'alpine cargo cocoapods composer conan conda cran dart deb docker generic go helm hex huggingface luarocks maven mcp npm nuget p2 python raw rpm ruby swift terraform vagrant vsx';

test('all formats of Cloudsmith are there, and each has a package type that may be sent', () => {
  expect(CLOUDSMITH_FORMATS).toEqual(DOCUMENTED.split(' '));
  const reached = new Set([...PURL_TYPES].map(packageFormat));
  expect(CLOUDSMITH_FORMATS.filter((format) => !reached.has(format))).toEqual([]);
});

test.each([
  ['pypi', 'python'],
  ['golang', 'go'],
  ['gem', 'ruby'],
  ['apk', 'alpine'],
  ['pub', 'dart'],
  ['vscode-extension', 'vsx'],
  ['oci', 'docker'],
  ['docker', 'docker'],
  ['npm', 'npm'],
  ['generic', 'generic'],
  ['helm', 'helm'],
  ['terraform', 'terraform'],
])('packages of type %s have the format %s', (type, format) => {
  expect(packageFormat(type)).toBe(format);
});

test('these package types have no format of Cloudsmith and are named by themselves', () => {
  const without = [...PURL_TYPES].filter(
    (type) => !(CLOUDSMITH_FORMATS as readonly string[]).includes(packageFormat(type)),
  );
  expect(without.join(' ')).toBe(
    'alpm bazel bitbucket bitnami brew chrome-extension cpan git github hackage julia mlflow opam otp qpkg swid vcpkg yocto',
  );
  expect(without.map(packageFormat)).toEqual(without);
});

test('what has no type of its own comes as generic, and charts as images too', () => {
  expect(formatsOfType('generic')).toEqual(['generic', 'helm', 'mcp', 'p2', 'raw', 'terraform', 'vagrant']);
  expect(formatsOfType('oci')).toEqual(['docker', 'helm']);
  expect(formatsOfType('npm')).toEqual(['npm']);
  expect(mayCarry('npm', 'generic')).toBe(false);
});

test.each([
  ['gem', 'gem', 'ruby', 'ruby'],
  ['oci', 'oci', 'oci', 'docker'],
  ['docker', 'oci', 'docker', 'docker'],
  ['helm', 'oci', 'helm', 'helm'],
  ['raw', 'generic', 'raw', 'raw'],
  ['bazel', 'bazel', 'bazel', 'bazel'],
  ['python', 'pypi', 'python', 'python'],
])(
  'the format %s of a repository with a package of type %s is called %s now, and %s by policies',
  (told, type, now, is) => {
    expect(currentFormat(told, type)).toBe(now);
    expect(formatInRepository(told, type)).toBe(is);
  },
);

test.each([
  ['ruby', ['ruby']],
  ['gem', ['gem', 'ruby']],
  ['docker', ['docker', 'oci']],
  ['oci', ['oci', 'docker']],
  ['pypi', ['pypi', 'python']],
  ['bazel', ['bazel']],
])('in a scope %s means %j', (name, meant) => {
  expect(formatsMeant(name)).toEqual(meant);
});
