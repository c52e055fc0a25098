import { expect, test } from 'vitest';
import type { RepositoryRef } from '../package/package-ref.js';
import { isInScope, type PolicyScope } from './policy-scope.js';

const repository: RepositoryRef = {
  name: 'npm-production',
  format: 'npm',
  environment: 'production',
  team: 'web',
  region: null,
};

test.each<[string, PolicyScope]>([
  ['no scope at all', {}],
  ['empty lists', { repositories: [], formats: [], environments: [], teams: [], regions: [] }],
  ['its name', { repositories: ['other', 'npm-production'] }],
  ['its format', { formats: ['npm'] }],
  ['its environment', { environments: ['production', 'staging'] }],
  ['its team', { teams: ['web'] }],
  [
    'every list at once',
    { repositories: ['npm-production'], formats: ['npm'], environments: ['production'], teams: ['web'], regions: [] },
  ],
])('a repository is in the scope of %s', (_what, scope) => {
  expect(isInScope(scope, repository)).toBe(true);
});

test.each([
  ['ruby', 'gem', true],
  ['alpine', 'apk', true],
  ['dart', 'pub', true],
  ['vsx', 'vscode-extension', true],
  ['gem', 'ruby', false],
  ['docker', 'oci', false],
  ['npm', 'constructor', false],
])('a repository with format %s is in a scope of %s: %s', (format, scoped, expected) => {
  expect(isInScope({ formats: [scoped] }, { ...repository, format })).toBe(expected);
});

test.each<[string, PolicyScope]>([
  ['another name', { repositories: ['npm-staging'] }],
  ['a part of its name', { repositories: ['npm'] }],
  ['its name in other letters', { repositories: ['NPM-production'] }],
  ['another format', { formats: ['python'] }],
  ['another environment', { environments: ['development'] }],
  ['another team', { teams: ['data'] }],
  ['any region, while its own is unknown', { regions: ['eu'] }],
  ['its name but another format: lists are joined by "and"', { repositories: ['npm-production'], formats: ['python'] }],
])('a repository is out of the scope of %s', (_what, scope) => {
  expect(isInScope(scope, repository)).toBe(false);
});
