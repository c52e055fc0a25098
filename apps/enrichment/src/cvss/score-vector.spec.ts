import { describe, expect, test } from 'vitest';
import { readShared, readSharedLines, sharedData } from '../../../../tools/testing/shared-data.js';
import { scoreVector } from './score-vector.js';

describe('the base score of a vector', () => {
  test.each([
    ['AV:N/AC:L/Au:N/C:N/I:N/A:C', '2.0', 7.8, 'HIGH'],
    ['AV:L/AC:H/Au:N/C:C/I:C/A:C', '2.0', 6.2, 'MEDIUM'],
    ['CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', '3.0', 6.1, 'MEDIUM'],
    ['CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H', '3.1', 7.2, 'HIGH'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', '3.1', 10, 'CRITICAL'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', '3.1', 0, 'NONE'],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', '4.0', 9.3, 'CRITICAL'],
    ['CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N', '4.0', 8.4, 'HIGH'],
  ])('%s (%s) is %d, %s', (vector, version, score, severity) => {
    expect(scoreVector(vector)).toEqual({ vector, version, score, severity });
  });

  test('leaves out temporal and threat metrics, so that sources can be compared', () => {
    expect(scoreVector('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C')).toMatchObject({ score: 9.8 });
    expect(scoreVector('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U')).toMatchObject({
      score: 9.3,
    });
  });

  test.each([
    '',
    'junk',
    '7.5',
    'CVSS:3.1/AV:N/AC:L',
    'CVSS:5.0/AV:N',
    'CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Z',
  ])('%j is refused', (vector) => {
    expect(scoreVector(vector)).toEqual({ refused: expect.any(String) as string });
  });
});

interface NvdMetric {
  readonly cvssData: { readonly vectorString: string; readonly baseScore: number; readonly baseSeverity?: string };
}

/** Every base score that NVD states beside its vector. */
function statedByNvd(): NvdMetric['cvssData'][] {
  const page = JSON.parse(readShared('cvss/cve-records/nvd2-page-sample.json.gz')) as {
    vulnerabilities: { cve: object }[];
  };
  const records = readSharedLines('cvss/cve-records/nvd2-records.jsonl.gz').map((line) => JSON.parse(line) as object);
  const stated: NvdMetric['cvssData'][] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('vectorString' in value && 'baseScore' in value) stated.push(value as NvdMetric['cvssData']);
    else Object.values(value).forEach(walk);
  };
  walk([page, records]);
  return stated;
}

describe.runIf(sharedData !== null)('real vectors (not scored where the shared data is absent)', () => {
  test('have the score that NVD states, in every version it uses', () => {
    const stated = statedByNvd();
    const wrong = stated.flatMap(({ vectorString, baseScore }) => {
      const scored = scoreVector(vectorString);
      // NVD's v4 score counts the threat metrics of the vector; ours is the base score.
      if (/\/E:[APU]/.test(vectorString) && vectorString.startsWith('CVSS:4.0')) return [];
      return 'refused' in scored || scored.score !== baseScore
        ? [`${vectorString}: ${baseScore} but ${JSON.stringify(scored)}`]
        : [];
    });
    expect(wrong).toEqual([]);
    expect(stated.length).toBeGreaterThan(80);
  });

  test('of all advisories can be scored', () => {
    const rows = readSharedLines('cvss/cvss-vectors-by-cve.csv.gz')
      .slice(1)
      .map((line) => line.split(','));
    const refused = rows.flatMap(([cve, , vector = '', source]) =>
      'refused' in scoreVector(vector) ? [`${cve ?? ''} ${source ?? ''} ${vector}`] : [],
    );
    expect(refused).toEqual([]);
    expect(rows).toHaveLength(4274);
  });
});
