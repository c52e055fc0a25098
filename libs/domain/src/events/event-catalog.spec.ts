import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventCatalog } from './event-catalog.js';

interface Frozen {
  readonly type: keyof typeof eventCatalog;
  readonly version: number;
  readonly data: { readonly [field: string]: unknown };
}

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const frozen = globSync('*/history/*.json', { cwd: root })
  .sort()
  .map((file) => ({ file, event: JSON.parse(read(file)) as Frozen }));
const NONE: Frozen = { type: 'DecisionRecorded', version: 3, data: {} };
const newest = ({ type, version, data }: Frozen): unknown =>
  eventCatalog[type].upcasters.slice(version - 1).reduce<unknown>((older, step) => step(older), data);

/** Those that every event of the type has. */
const membersOf = (data: unknown): readonly string[] =>
  Object.keys(Object(data) as object)
    .filter((name) => !OPTIONAL.has(name))
    .sort();
const OPTIONAL = new Set(['freshnessDigest', 'memory', 'changeSet', 'actorKey', 'askedBy']);

/** What stands in the sources as `readonly type: 'X'; readonly version: n`. */
const declared = globSync('*/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.spec.ts'))
  .flatMap((file) => [...read(file).matchAll(/readonly type: '(\w+)';\s+readonly version: (\d+);/g)])
  .map(([, type, version]) => [type, Number(version)]);

test('every type of event that the domain declares is in the catalog, in its newest version, and nothing else', () => {
  expect(declared.length).toBeGreaterThan(8);
  expect(Object.fromEntries(Object.entries(eventCatalog).map(([type, kind]) => [type, kind.newest]))).toEqual(
    Object.fromEntries(declared),
  );
});

test.each(Object.entries(eventCatalog))(
  '%s has a step from each version to the next',
  (_type, { newest: last, upcasters }) => {
    expect(upcasters).toHaveLength(last - 1);
  },
);

describe('what was stored in an older version reads as the newest', () => {
  test.each(frozen)('$file', ({ event }) => {
    const stored = JSON.stringify(event.data);
    const sameStory = frozen.filter(
      ({ event: other }) => other.type === event.type && other.version === eventCatalog[event.type].newest,
    );
    const members = membersOf(sameStory[0]?.event.data);
    expect(membersOf(newest(event)), 'the members of the newest version').toEqual(members);
    expect(JSON.stringify(event.data), 'what is stored stays as it was').toBe(stored);
  });

  test('a decision of version 1, 2 or 3 is the same decision in version 4, with whoever said nothing left out', () => {
    const of = (version: number) =>
      newest(frozen.find(({ file }) => file === `decision/history/decision-recorded.v${version}.json`)?.event ?? NONE);
    const [first, second, third] = [of(1), of(2), of(3)] as const;
    expect(second).toEqual(first);
    const { memory: _memory, ...remaining } = first as Frozen['data'];
    expect(third).toMatchObject(remaining);
    const silent = {
      policyId: 'p',
      name: 'P',
      revision: 1,
      revisionDigest: 'sha256:5',
      match: false,
      reasons: [],
      output: '{}',
      error: null,
    };
    const telling = { ...silent, policyId: 'q', match: true };
    const { revisionDigest: _digest, ...kept } = telling;
    const data = { results: [silent, telling] };
    expect(newest({ type: 'DecisionRecorded', version: 1, data })).toMatchObject({
      basis: null,
      said: null,
      results: [kept],
    });
  });
});
