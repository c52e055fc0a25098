import { packageObservedSchema } from '@weir/contracts';
import { expect, test } from 'vitest';
import { checkEvent } from './check-event.js';
import { observePackage } from './observe-package.js';

const receivedAt = new Date('2026-11-22T10:00:00.000Z');

const observed = (attributes: object, data: object) => {
  const event = { specversion: '1.0', id: 'e1', source: '/registry', type: 'dev.weir.package.published.v1', ...attributes, data: { repository: { name: 'r' }, purl: 'pkg:npm/lodash@4.17.20', ...data } };
  const checked = checkEvent({ event, pointer: (path) => path });
  if (!('event' in checked)) throw new Error(JSON.stringify(checked));
  return observePackage(checked, receivedAt);
};

test('a published package is observed in canonical names, UTC times, and null for what nobody said', () => {
  const observation = observed(
    { time: '2026-11-22T11:30:00+02:00' },
    { purl: 'PKG:PyPI/Spotipy_X@2.25.0?a=b', repository: { name: 'REPOSITORY-NAME', team: 'data' }, publishedAt: '2025-01-01T00:00:00+01:00', license: 'MIT', tags: ['a'] },
  );
  expect(observation).toEqual({
    workspace: 'default',
    repository: { name: 'REPOSITORY-NAME', format: 'python', environment: null, team: 'data', region: null },
    package: { purl: 'pkg:pypi/spotipy-x@2.25.0', type: 'pypi', namespace: null, name: 'spotipy-x', version: '2.25.0', digest: null },
    observation: { id: 'e1', source: '/registry', kind: 'published', occurredAt: '2026-11-22T09:30:00.000Z', receivedAt: '2026-11-22T10:00:00.000Z', actor: null },
    metadata: { license: 'MIT', publishedAt: '2024-12-31T23:00:00.000Z', tags: ['a'] },
  });
  expect(packageObservedSchema.parse(observation)).toEqual(observation);
});

test.each([
  ['published', true],
  ['copied', true],
  ['deleted', false],
  ['downloaded', false],
])('%s keeps its kind, and only what arrives carries metadata', (kind, carries) => {
  expect(observed({ type: `dev.weir.package.${kind}.v1` }, { license: 'MIT' })).toMatchObject({ observation: { kind }, metadata: carries ? { license: 'MIT' } : null });
});

test('without a time the event occurred when it was received', () => {
  expect(observed({}, {})).toMatchObject({ observation: { occurredAt: '2026-11-22T10:00:00.000Z' } });
});

test.each([
  ['pkg:npm/lodash', '/data/purl', 'names no version: write it as pkg:npm/lodash@1.2.3'],
  ['pkg:nix/hello@1', '/data/purl', 'unknown package type "nix"'],
  ['lodash', '/data/purl', 'is not a package URL'],
])('the purl %s is refused at %s', (purl, path, words) => {
  expect(observed({}, { purl })).toEqual({ path, detail: expect.stringContaining(words) as string });
});

test('a repository named like a package URL is refused: it would make the package key ambiguous', () => {
  expect(observed({}, { repository: { name: 'a/pkg:npm' } })).toMatchObject({ path: '/data/repository/name' });
});
