import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { chanceOf, givenSeed } from '../../../../tools/testing/random-cases.js';
import { isAffected } from '../match-advisories/is-affected.js';
import { isEcosystem } from '../purl/ecosystem.js';
import type { AdvisoryRecord } from './advisory-record.js';
import { keepWhatWasKnown } from './keep-what-was-known.js';
import { readAdvisory, type ReadAdvisory } from './parse-advisory.js';

type Json = Readonly<Record<string, unknown>>;

/** The real records that ship with the examples. */
const records = gunzipSync(readFileSync(new URL('../../../../examples/feeds/osv.jsonl.gz', import.meta.url)))
  .toString('utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Json);

const OTHERS: readonly unknown[] = [null, true, 5, 'text', '', [], {}, [5], [null], ['a'], { a: 1 }, [[]]];

const read = (json: unknown): ReadAdvisory => {
  const found = readAdvisory(json);
  if ('refused' in found) throw new Error(found.refused);
  return found;
};

/** Every place in a record but its id and its time. */
function* placesIn(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (path.length > 0 && path[0] !== 'id' && path[0] !== 'modified') yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value))
    yield* placesIn(member, [...path, Array.isArray(value) ? Number(key) : key]);
}

const withValue = (document: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown => {
  if (key === undefined) return value;
  const place = document as Record<string | number, unknown>;
  const member = withValue(place[key], rest, value);
  if (Array.isArray(document)) return document.map((one: unknown, i) => (i === key ? member : one));
  return { ...place, [key]: member };
};

/** The versions that a record speaks of, and whether it affects each. */
const matchesOf = (record: AdvisoryRecord, asked: AdvisoryRecord): ReadonlyMap<string, boolean> =>
  new Map(
    asked.affected.flatMap(({ package: named, ranges, versions }) => {
      const { ecosystem = '', name = '' } = named ?? {};
      if (!isEcosystem(ecosystem)) return [];
      const stated = [...versions.slice(0, 3), ...ranges.flatMap(({ events }) => events.map(({ version }) => version))];
      return [...new Set(stated.slice(0, 8))].map((version): [string, boolean] => [
        `${ecosystem}/${name}@${version}`,
        isAffected(record, { ecosystem, name, version }) !== null,
      ]);
    }),
  );

describe('a part that cannot be read', () => {
  test('in whatever member of a real record and of whatever type takes nothing away of what is matched', () => {
    const seed = givenSeed();
    const chance = chanceOf(seed);
    let [leftOutTimes, affectedTimes] = [0, 0];
    for (const json of records) {
      const whole = read(json);
      const expected = matchesOf(whole.record, whole.record);
      for (const path of chance.someOf([...placesIn(json)], 12)) {
        const mutated = withValue(json, path, chance.pick(OTHERS)) as Json;
        const found = read(mutated);
        const what = `SEED=${seed}: ${String(json['id'])} ${path.join('.')} ${JSON.stringify(found.leftOut)}`;
        if (path[0] !== 'affected') {
          expect(matchesOf(found.record, whole.record), what).toEqual(expected);
          continue;
        }
        // A part of another type that can be read is a statement: of versions, ranges and names it may be another one.
        if (found.leftOut.length === 0) continue;
        leftOutTimes += 1;
        const kept = keepWhatWasKnown(found.json as Json, found.leftOut, json);
        const again = matchesOf(read(kept).record, whole.record);
        for (const [version, isMatched] of expected)
          if (isMatched) {
            affectedTimes += 1;
            expect(again.get(version), `${what} ${version}`).toBe(true);
          }
        expect(keepWhatWasKnown(found.json as Json, found.leftOut, kept), `${what}: once more`).toEqual(kept);
      }
    }
    expect(leftOutTimes).toBeGreaterThan(1000);
    expect(affectedTimes).toBeGreaterThan(1000);
  }, 120_000);

  const least = { id: 'GHSA-xxxx', modified: '2026-01-01T00:00:00Z' };
  const affected = [
    {
      package: { ecosystem: 'npm', name: 'a' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ];

  test.each<[string, Json, string]>([
    [
      'a number for a vector',
      { severity: [{ type: 'CVSS_V3', score: 7.5 }] },
      'severity.0.score is a number: give text',
    ],
    ['a reference without address', { references: [{ type: 'WEB' }] }, 'references.0.url is required: give text'],
    ['a number for aliases', { aliases: 5 }, 'aliases is a number: give an array'],
    [
      'no time of publication',
      { published: 'yesterday' },
      'published is no RFC 3339 time: write it as 2026-11-22T09:30:00Z',
    ],
    ['a text for credits', { credits: 'me' }, 'credits is text: give an array'],
    ['a list for a summary', { summary: [] }, 'summary is an array: give text'],
    [
      'a range of no type beside',
      { affected: [{ ...affected[0], ranges: [...(affected[0]?.ranges ?? []), { type: 7, events: [{}] }] }] },
      'affected.0.ranges.1.type is a number: give text',
    ],
    [
      'a range of no events beside',
      { affected: [{ ...affected[0], ranges: [...(affected[0]?.ranges ?? []), { type: 'SEMVER', events: [] }] }] },
      'affected.0.ranges.1.events is empty: give at least 1 entry',
    ],
  ])('is left out and told with its path: %s; the ranges stay', (_what, member, told) => {
    const { record, leftOut } = read({ ...least, affected, ...member });
    expect(leftOut.map((one) => one.told)).toEqual([told]);
    const affects = (version: string) => isAffected(record, { ecosystem: 'npm', name: 'a', version }) !== null;
    expect([affects('1.0.0'), affects('2.0.0')]).toEqual([true, false]);
  });

  test('is the text itself where one stands for a list of texts: its CVE is not lost', () => {
    expect(read({ ...least, aliases: 'CVE-2021-23337' }).record.aliases).toEqual(['CVE-2021-23337']);
  });

  test.each<[string, readonly unknown[], readonly string[]]>([
    ['an end is left out, the range stays open', [{ introduced: '1.0.0' }, { fixed: 2 }], ['1.0.0', '9.0.0']],
    ['a begin is the first version', [{ introduced: 1 }, { fixed: '2.0.0' }], ['0.1.0', '1.0.0']],
    ['what is no event is a begin', [5, { fixed: '2.0.0' }], ['0.1.0', '1.0.0']],
  ])('of a range affects too many versions, never too few: %s', (_what, events, versions) => {
    const { record } = read({ ...least, affected: [{ ...affected[0], ranges: [{ type: 'SEMVER', events }] }] });
    const all = ['0.1.0', '1.0.0', '9.0.0'];
    expect(all.filter((version) => isAffected(record, { ecosystem: 'npm', name: 'a', version }) !== null)).toEqual(
      versions,
    );
  });
});

describe('what was known of a record', () => {
  const entry = (name: string, fixed: string) => ({
    package: { ecosystem: 'npm', name },
    ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
  });
  const known = {
    id: 'X',
    modified: '2026-01-01T00:00:00Z',
    aliases: ['CVE-1'],
    affected: [entry('a', '1.0.0'), entry('b', '1.0.0')],
  };
  const told = { id: 'X', modified: '2026-02-01T00:00:00Z' };
  const kept = (json: Json): Json => {
    const found = read(json);
    return keepWhatWasKnown(found.json as Json, found.leftOut, known);
  };

  test('stays where the new one cannot be read, and only there', () => {
    expect(kept({ ...told, aliases: 7, affected: 'none' })).toMatchObject({
      aliases: ['CVE-1'],
      affected: known.affected,
    });
    expect(kept({ ...told, aliases: ['CVE-2', 7], affected: [] })).toMatchObject({
      aliases: ['CVE-2', 'CVE-1'],
      affected: [],
    });
    expect(kept({ ...told, aliases: [], affected: [] })).toMatchObject({ aliases: [], affected: [] });
  });

  test('of a package whose entry is read in part stays beside it; that of another is the new one', () => {
    const inPart = { ...entry('a', '3.0.0'), versions: 7 };
    expect(kept({ ...told, affected: [inPart, entry('b', '2.0.0')] })['affected']).toEqual([
      entry('a', '3.0.0'),
      entry('b', '2.0.0'),
      entry('a', '1.0.0'),
    ]);
  });

  test('stays beside all of the new one where an entry does not say whose it is', () => {
    expect(
      kept({ ...told, affected: [{ ...entry('?', '2.0.0'), package: 'a' }, entry('b', '2.0.0')] })['affected'],
    ).toEqual([{ ranges: entry('?', '2.0.0').ranges }, entry('b', '2.0.0'), entry('a', '1.0.0'), entry('b', '1.0.0')]);
  });
});
