import { expect, test } from 'vitest';
import { ecosystemOf } from '@weir/contracts';
import { advisoryName } from './ecosystem.js';
import { fullName } from './full-name.js';

test.each([
  ['PyPI', 'Zope.Interface__x', 'zope-interface-x'],
  ['npm', 'JSONStream', 'jsonstream'],
  ['Go', 'github.com/BurntSushi/toml', 'github.com/burntsushi/toml'],
  ['Go', 'std', 'stdlib'],
  ['Go', 'stdlib', 'stdlib'],
  ['Go', 'go', 'stdlib'],
  ['Go', 'cmd', 'toolchain'],
  ['Go', 'toolchain', 'toolchain'],
  ['Go', 'golang.org/toolchain', 'toolchain'],
  ['Go', 'github.com/rs/std', 'github.com/rs/std'],
  ['npm', 'std', 'std'],
  ['crates.io', 'Serde_json', 'serde-json'],
  ['Maven', 'Org.Apache:Log4j', 'Org.Apache:Log4j'],
] as const)('in %s the advisory of %s is found under %s', (ecosystem, name, found) => {
  expect(advisoryName(ecosystem, name)).toBe(found);
});

test('five package types have advisories', () => {
  expect(['pypi', 'npm', 'maven', 'golang', 'cargo', 'deb', 'docker'].map(ecosystemOf)).toEqual([
    'PyPI',
    'npm',
    'Maven',
    'Go',
    'crates.io',
    null,
    null,
  ]);
});

test('names are written as registries write them', () => {
  expect(fullName({ type: 'maven', namespace: 'org.apache', name: 'log4j' })).toBe('org.apache:log4j');
  expect(fullName({ type: 'npm', namespace: '@babel', name: 'core' })).toBe('@babel/core');
  expect(fullName({ type: 'pypi', namespace: null, name: 'six' })).toBe('six');
});
