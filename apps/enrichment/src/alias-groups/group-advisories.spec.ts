import { describe, expect, test } from 'vitest';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';
import { parseAdvisory } from '../advisory-record/parse-advisory.js';
import { isAffected } from '../match-advisories/is-affected.js';
import { groupAdvisories, type VulnerabilityGroup } from './group-advisories.js';

const advisory = (id: string, aliases: readonly string[], fixed = '9.0.0', rest: object = {}): AdvisoryRecord => {
  const affected = [
    {
      package: { ecosystem: 'npm', name: 'lodash' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
    },
  ];
  const record = parseAdvisory({ id, aliases, modified: '2026-01-01T00:00:00Z', affected, ...rest });
  if ('refused' in record) throw new Error(record.refused);
  return record;
};

const groupsOf = (version: string, records: readonly AdvisoryRecord[]): VulnerabilityGroup[] =>
  groupAdvisories(
    records
      .map((record) => isAffected(record, { ecosystem: 'npm', name: 'lodash', version }))
      .filter((one) => one !== null),
  );

const summary = (groups: readonly VulnerabilityGroup[]) =>
  groups.map(({ id, decisive, further }) => [
    id,
    decisive.map(({ record }) => record.id),
    further.map(({ record }) => record.id),
  ]);

const commandInjection = advisory(
  'GHSA-35jh-r3h4-6jhm',
  ['CVE-2021-23337', 'CVE-2026-4800', 'GHSA-r5fr-rjxr-66jc'],
  '4.17.21',
);
const codeInjection = advisory('GHSA-r5fr-rjxr-66jc', ['CVE-2026-4800'], '4.18.0');

describe('advisories collapse to vulnerabilities', () => {
  test('GHSA and PYSEC that name one CVE are one: CVE-2025-27154', () => {
    const groups = groupsOf('1.0.0', [
      advisory('PYSEC-2026-1936', ['CVE-2025-27154', 'GHSA-pwhh-q4h6-w599']),
      advisory('GHSA-pwhh-q4h6-w599', ['CVE-2025-27154', 'PYSEC-2026-1936']),
    ]);
    expect(summary(groups)).toEqual([['CVE-2025-27154', ['GHSA-pwhh-q4h6-w599', 'PYSEC-2026-1936'], []]]);
    expect(groups[0]?.aliases).toEqual(['GHSA-pwhh-q4h6-w599', 'PYSEC-2026-1936']);
  });

  test('an advisory that names two CVEs makes two, and does not decide where another speaks of one alone', () => {
    expect(summary(groupsOf('4.17.20', [commandInjection, codeInjection]))).toEqual([
      ['CVE-2021-23337', ['GHSA-35jh-r3h4-6jhm'], []],
      ['CVE-2026-4800', ['GHSA-r5fr-rjxr-66jc'], ['GHSA-35jh-r3h4-6jhm']],
    ]);
  });

  test('lodash 4.17.22 has CVE-2026-4800 and nothing of CVE-2021-23337, though aliases lead there', () => {
    const groups = groupsOf('4.17.22', [commandInjection, codeInjection]);
    expect(summary(groups)).toEqual([['CVE-2026-4800', ['GHSA-r5fr-rjxr-66jc'], []]]);
    expect(JSON.stringify(groups)).not.toContain('CVE-2021-23337');
  });

  test('without a CVE, those that share a name directly or through others are one', () => {
    const groups = groupsOf('1.0.0', [
      advisory('RUSTSEC-2026-1', ['GHSA-aaaa']),
      advisory('GHSA-bbbb', ['GHSA-aaaa']),
      advisory('GHSA-cccc', []),
    ]);
    expect(summary(groups)).toEqual([
      ['GHSA-aaaa', ['GHSA-bbbb', 'RUSTSEC-2026-1'], []],
      ['GHSA-cccc', ['GHSA-cccc'], []],
    ]);
  });

  test('one without a CVE joins the CVE of the advisory that is its alias, whichever of them says so', () => {
    expect(
      summary(groupsOf('1.0.0', [advisory('GHSA-aaaa', []), advisory('PYSEC-1', ['CVE-2026-0001', 'GHSA-aaaa'])])),
    ).toEqual([['CVE-2026-0001', ['GHSA-aaaa', 'PYSEC-1'], []]]);
    expect(
      summary(groupsOf('1.0.0', [advisory('GHSA-aaaa', ['PYSEC-1']), advisory('PYSEC-1', ['CVE-2026-0001'])])),
    ).toEqual([['CVE-2026-0001', ['GHSA-aaaa', 'PYSEC-1'], []]]);
  });

  test('related is not identity', () => {
    const groups = groupsOf('1.0.0', [
      advisory('GHSA-aaaa', [], '9.0.0', { related: ['CVE-2026-0002'] }),
      advisory('GHSA-bbbb', ['CVE-2026-0002']),
    ]);
    expect(groups.map(({ id }) => id)).toEqual(['CVE-2026-0002', 'GHSA-aaaa']);
  });

  test('an advisory that passes on an upstream CVE is about that CVE', () => {
    expect(groupsOf('1.0.0', [advisory('ECHO-1', [], '9.0.0', { upstream: ['CVE-2026-0003'] })])).toMatchObject([
      { id: 'CVE-2026-0003', cve: 'CVE-2026-0003' },
    ]);
  });

  test('a malicious package keeps its MAL- id', () => {
    expect(groupsOf('1.0.0', [advisory('MAL-2026-1', ['GHSA-aaaa']), advisory('GHSA-aaaa', [])])).toMatchObject([
      { id: 'MAL-2026-1', cve: null },
    ]);
  });

  test('the order of the advisories changes nothing', () => {
    const records = [commandInjection, codeInjection, advisory('GHSA-bbbb', []), advisory('PYSEC-1', ['GHSA-bbbb'])];
    expect(groupsOf('1.0.0', [...records].reverse())).toEqual(groupsOf('1.0.0', records));
  });
});
