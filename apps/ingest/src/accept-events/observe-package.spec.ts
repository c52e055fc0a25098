import { packageObservedSchema } from '@weir/contracts';
import { expect, test } from 'vitest';
import { checkEvent } from './check-event.js';
import { observePackage } from './observe-package.js';

const receivedAt = new Date('2026-11-22T10:00:00.000Z');

const observed = (attributes: object, data: object) => {
  const event = {
    specversion: '1.0',
    id: 'e1',
    source: '/registry',
    type: 'dev.weir.package.published.v1',
    ...attributes,
    data: { repository: { name: 'r' }, purl: 'pkg:npm/lodash@4.17.20', ...data },
  };
  const checked = checkEvent({ event, pointer: (path) => path });
  if (!('event' in checked)) throw new Error(JSON.stringify(checked));
  return observePackage(checked, receivedAt);
};

test('a published package is observed in canonical names, UTC times, and null for what nobody said', () => {
  const observation = observed(
    { time: '2026-11-22T11:30:00+02:00' },
    {
      purl: 'PKG:PyPI/Spotipy_X@2.25.0?vcs_url=git://a',
      repository: { name: 'REPOSITORY-NAME', team: 'data' },
      publishedAt: '2025-01-01T00:00:00+01:00',
      license: 'MIT',
      tags: ['a'],
    },
  );
  expect(observation).toEqual({
    workspace: 'default',
    repository: { name: 'REPOSITORY-NAME', format: 'python', environment: null, team: 'data', region: null },
    package: {
      purl: 'pkg:pypi/spotipy-x@2.25.0',
      type: 'pypi',
      namespace: null,
      name: 'spotipy-x',
      version: '2.25.0',
      digest: null,
    },
    observation: {
      id: 'e1',
      source: '/registry',
      kind: 'published',
      occurredAt: '2026-11-22T09:30:00.000Z',
      receivedAt: '2026-11-22T10:00:00.000Z',
      actor: null,
    },
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
  expect(observed({ type: `dev.weir.package.${kind}.v1` }, { license: 'MIT' })).toMatchObject({
    observation: { kind },
    metadata: carries ? { license: 'MIT' } : null,
  });
});

test.each(['1677-12-31T23:59:59Z', '9999-12-31T23:59:59-12:00', '2262-01-01T00:00:00Z', '0000-01-01T00:00:00+12:00'])(
  'a time that no clock of a policy can hold is refused: %s',
  (time) => {
    expect(observed({ time }, {})).toEqual({
      path: '/time',
      detail: expect.stringContaining('1678 to 2261') as string,
    });
  },
);

test("Go's zero time says nothing of when it happened", () => {
  expect(observed({ time: '0001-01-01T00:00:00Z' }, {})).toMatchObject({
    observation: { occurredAt: '2026-11-22T10:00:00.000Z' },
  });
});

test.each(['9999-12-31T23:59:59-12:00', '0000-01-01T00:00:00+12:00', '0001-01-01T00:00:00Z'])(
  'a publication at %s leaves a message that can be read',
  (publishedAt) => {
    const observation = observed({}, { publishedAt });
    expect(packageObservedSchema.parse(observation)).toEqual(observation);
  },
);

test('without a time the event occurred when it was received', () => {
  expect(observed({}, {})).toMatchObject({ observation: { occurredAt: '2026-11-22T10:00:00.000Z' } });
});

test.each([
  ['pkg:npm/lodash', '/data/purl', 'names no version: write it as pkg:npm/lodash@1.2.3'],
  ['pkg:rpm/fedora/curl?arch=i386', '/data/purl', 'write it as pkg:rpm/fedora/curl@1.2.3?arch=i386'],
  ['pkg:maven/log4j@2', '/data/purl', 'has no namespace, which maven needs'],
  ['pkg:nix/hello@1', '/data/purl', 'unknown package type "nix"'],
  ['lodash', '/data/purl', 'is not a package URL'],
])('the purl %s is refused at %s', (purl, path, words) => {
  expect(observed({}, { purl })).toEqual({ path, detail: expect.stringContaining(words) as string });
});

test.each([
  [undefined, 'pkg:gem/rails@7', 'ruby'],
  ['ruby', 'pkg:gem/rails@7', 'ruby'],
  ['gem', 'pkg:gem/rails@7', 'ruby'],
  ['raw', 'pkg:generic/tool@1', 'raw'],
  ['helm', 'pkg:oci/nginx@sha256:0a?tag=15.0.0', 'helm'],
  [undefined, 'pkg:oci/nginx@sha256:0a', 'oci'],
  ['docker', 'pkg:oci/nginx@sha256:0a', 'docker'],
  [undefined, 'pkg:helm/bitnami/nginx@15.0.0', 'helm'],
])('told as %s, a repository with %s has the format %s', (format, purl, expected) => {
  expect(observed({}, { purl, repository: { name: 'r', format } })).toMatchObject({
    repository: { format: expected },
  });
});

test('a format that holds no such packages is refused with those that do', () => {
  expect(observed({}, { purl: 'pkg:npm/a@1', repository: { name: 'r', format: 'python' } })).toEqual({
    path: '/data/repository/format',
    detail: 'is "python", which holds no packages of type npm: leave it out, or use one of npm',
  });
});

test('two files of one version are two packages', () => {
  expect(observed({}, { purl: 'pkg:rpm/fedora/curl@7?distro=f25&arch=i386' })).toMatchObject({
    package: { purl: 'pkg:rpm/fedora/curl@7?arch=i386&distro=f25' },
  });
});

test('a repository named like a package URL is refused: it would make the package key ambiguous', () => {
  expect(observed({}, { repository: { name: 'a/pkg:npm' } })).toMatchObject({ path: '/data/repository/name' });
});

test.each([
  ['a long purl', 'r', 'v', 'v'],
  ['a repository whose name takes many bytes', '\u20ac'.repeat(100), 'v', 'v'],
  ['a purl that is short as written', 'r', '\u20ac', '%E2%82%AC'],
])(
  'a package key of 2,000 bytes is taken and a longer one refused, naming the field: %s',
  (_what, name, written, encoded) => {
    const room = 2_000 - Buffer.byteLength(`default/${name}/pkg:npm/lodash@`);
    const fill = (bytes: number): string =>
      written.repeat(Math.floor(bytes / encoded.length)) + 'v'.repeat(bytes % encoded.length);
    expect(observed({}, { repository: { name }, purl: `pkg:npm/lodash@${fill(room)}` })).toMatchObject({
      repository: { name },
    });
    expect(observed({}, { repository: { name }, purl: `pkg:npm/lodash@${fill(room + 1)}` })).toEqual({
      path: '/data/purl',
      detail:
        'makes a package key (workspace/repository/purl) of 2001 bytes: use at most 2000, with a shorter purl or name of the repository',
    });
  },
);

test.each(['pkg:npm/lo%00dash@1', 'pkg:npm/%40a%00/lodash@1', 'pkg:npm/lodash@1%00'])(
  'the purl %s, which hides U+0000, is refused',
  (purl) => {
    expect(observed({}, { purl })).toEqual({ path: '/data/purl', detail: 'holds a control character: remove it' });
  },
);
