import { describe, expect, test } from 'vitest';
import { OSV_FILES, readSharedLines, sharedData } from '../../../../tools/testing/shared-data.js';
import { parseAdvisory } from './parse-advisory.js';

const least = { id: 'GHSA-xxxx', modified: '2026-01-01T00:00:00Z' };

describe('an OSV record', () => {
  test('with the least that the schema asks for has empty lists, and null where nothing is said', () => {
    expect(parseAdvisory(least)).toEqual({
      ...least,
      published: null,
      withdrawn: null,
      summary: null,
      details: null,
      database_specific: null,
      aliases: [],
      related: [],
      upstream: [],
      severity: [],
      affected: [],
      references: [],
      extra: {},
    });
  });

  test('keeps the members that nobody here knows', () => {
    expect(parseAdvisory({ ...least, schema_version: '1.7.0', credits: [{ name: 'A' }] })).toMatchObject({
      extra: { schema_version: '1.7.0', credits: [{ name: 'A' }] },
    });
  });

  test('tells each event of a range on its own, in the order of the record', () => {
    const affected = [
      {
        package: { ecosystem: 'npm', name: 'a' },
        ranges: [{ type: 'SEMVER', events: [{ fixed: '2' }, { introduced: '0' }] }],
      },
    ];
    expect(parseAdvisory({ ...least, affected })).toMatchObject({
      affected: [
        {
          ranges: [
            {
              type: 'SEMVER',
              events: [
                { kind: 'fixed', version: '2' },
                { kind: 'introduced', version: '0' },
              ],
            },
          ],
        },
      ],
    });
  });

  test("may carry Go's time that means never", () => {
    expect(parseAdvisory({ ...least, modified: '0001-01-01T00:00:00Z' })).toMatchObject({
      modified: '0001-01-01T00:00:00Z',
    });
  });

  test.each([
    [null, 'the record'],
    [{ modified: least.modified }, 'id'],
    [{ ...least, modified: 'yesterday' }, 'modified is no RFC 3339 time: write it as'],
    [[], 'the record'],
    [{ ...least, id: 7 }, 'id'],
  ])('%j is refused, and the refusal names %s', (json, where) => {
    const refused = parseAdvisory(json);
    expect('refused' in refused && refused.refused).toContain(where);
  });
});

describe.runIf(sharedData !== null)('real records (not read where the shared data is absent)', () => {
  test('of all seven files are read, none refused', () => {
    const refused = OSV_FILES.flatMap(readSharedLines).flatMap((line) => {
      const record = parseAdvisory(JSON.parse(line));
      return 'refused' in record ? [`${line.slice(0, 60)}: ${record.refused}`] : [];
    });
    expect(refused).toEqual([]);
  }, 60_000);
});
