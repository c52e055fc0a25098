import type { PackageObserved } from '@weir/contracts';
import { expect, test } from 'vitest';
import { forEachSeed } from '../../../../tools/testing/random-cases.js';
import { applyObservation } from './apply-observation.js';
import type { PackageState } from './inventory-entry.js';

const observed = (
  kind: PackageObserved['observation']['kind'],
  told: Partial<PackageObserved> = {},
): PackageObserved => ({
  workspace: 'default',
  repository: { name: 'npm-dev', format: 'npm', environment: null, team: null, region: null },
  package: { purl: 'pkg:npm/demo@1.0.0', type: 'npm', namespace: null, name: 'demo', version: '1.0.0', digest: null },
  observation: {
    id: '1',
    source: '/test',
    kind,
    occurredAt: '2026-06-01T10:00:00+02:00',
    receivedAt: '2026-06-01T08:00:01Z',
    actor: null,
  },
  metadata: null,
  ...told,
});

test('times are written the one way in which they are read back', () => {
  expect(applyObservation(observed('downloaded'), undefined, null)).toMatchObject({
    firstSeenAt: '2026-06-01T08:00:01.000Z',
    lastDownloadedAt: '2026-06-01T08:00:00.000Z',
  });
});

test('publishing again replaces what was said, and the digest stays known when it is not told again', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const first = observed('published', { metadata: { license: 'MIT', summary: 'One' } });
  const known = applyObservation({ ...first, package: { ...first.package, digest } }, undefined, null);
  const next = applyObservation(observed('published', { metadata: { license: 'ISC' } }), known, null);
  expect(next).toMatchObject({ metadata: { license: 'ISC' }, package: { digest } });
  expect(next.metadata).not.toHaveProperty('summary');
});

test('a copy says what it says itself, then what was known of it, then what its source said', () => {
  const known = applyObservation(observed('published', { metadata: { summary: 'Known' } }), undefined, null);
  const copy = applyObservation(observed('copied', { metadata: { license: null, filename: 'own.tgz' } }), known, {
    license: 'MIT',
    summary: 'Source',
    filename: 'source.tgz',
  });
  expect(copy.metadata).toEqual({ license: 'MIT', summary: 'Known', filename: 'own.tgz' });
});

test('a deletion keeps what was said, so that the package can be told of', () => {
  const known = applyObservation(observed('published', { metadata: { license: 'MIT' } }), undefined, null);
  expect(applyObservation(observed('deleted'), known, null)).toMatchObject({
    presence: 'deleted',
    metadata: { license: 'MIT' },
  });
});

test('whatever is told, a package is there after all but a deletion, and a download changes nothing of that', () => {
  forEachSeed(200, (chance) => {
    const kinds = chance.listOf(8, () => chance.pick(['published', 'copied', 'deleted', 'downloaded'] as const));
    const after = kinds.reduce<PackageState | undefined>(
      (known, kind) => applyObservation(observed(kind), known, null),
      undefined,
    );
    const last = kinds.findLast((kind) => kind !== 'downloaded');
    if (kinds.length > 0) expect([kinds, after?.presence]).toEqual([kinds, last === 'deleted' ? 'deleted' : 'present']);
  });
});
