import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { factsSchema } from '@weir/contracts';
import { describe, expect, test } from 'vitest';
import { knownPackage } from '../../../../tools/testing/known-package.js';
import { OSV_FILES, readShared, readSharedLines, sharedData } from '../../../../tools/testing/shared-data.js';
import type { AdvisoryRecord } from '../advisory-record/advisory-record.js';
import { parseAdvisory } from '../advisory-record/parse-advisory.js';
import { buildFacts } from './build-facts.js';
import type { EpssScore, KevEntry } from './known.js';

const directory = new URL('../../../../libs/contracts/src/facts/samples/', import.meta.url);
const SCORE_DATE = '2026-08-02';

const samples = {
  'lodash-4.17.20': knownPackage('pkg:npm/lodash@4.17.20', {
    metadata: {
      license: 'MIT',
      publishedAt: '2020-08-13T16:53:54.152Z',
      summary: 'Lodash modular utilities.',
      filename: 'lodash-4.17.20.tgz',
      size: 318_961,
    },
  }),
  'spotipy-2.25.0': knownPackage('pkg:pypi/spotipy@2.25.0', {
    metadata: {
      license: 'MIT',
      publishedAt: '2025-01-03T20:34:26.000Z',
      summary: 'A light weight Python library for the Spotify Web API',
      dependencies: [
        { name: 'redis', requirement: '>=3.5.3' },
        { name: 'requests', requirement: '>=2.25.0' },
      ],
    },
  }),
  'log4j-core-2.14.1': knownPackage('pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1', {
    metadata: { license: 'Apache License, Version 2.0', publishedAt: '2021-03-12T00:00:00.000Z' },
  }),
  'pylint-3.3.1': knownPackage('pkg:pypi/pylint@3.3.1', {
    metadata: { license: 'GPL-2.0-or-later', publishedAt: '2024-09-24T07:12:00.000Z' },
    repository: {
      name: 'python-production',
      format: 'python',
      environment: 'production',
      team: 'payments',
      region: 'eu-west-1',
    },
  }),
  'nothing-known': knownPackage('pkg:generic/internal-tool@7', {
    metadata: null,
    advisoriesLoaded: false,
  }),
};

function advisoriesNaming(names: ReadonlySet<string>): AdvisoryRecord[] {
  const found = new Map<string, AdvisoryRecord>();
  for (const line of OSV_FILES.flatMap(readSharedLines)) {
    if (![...names].some((name) => line.includes(`"${name}"`))) continue;
    const record = parseAdvisory(JSON.parse(line));
    if (!('refused' in record) && !found.has(record.id)) found.set(record.id, record);
  }
  return [...found.values()];
}

function epssOf(date: string): Map<string, EpssScore> {
  const rows = readSharedLines(`epss/epss_scores-${date}.csv.gz`)
    .slice(2)
    .map((line) => line.split(','));
  return new Map(
    rows.map(([cve = '', score, percentile]) => [cve, { score: Number(score), percentile: Number(percentile), date }]),
  );
}

function kevOf(date: string): Map<string, KevEntry> {
  const { vulnerabilities } = JSON.parse(readShared(`kev/known_exploited_vulnerabilities-${date}.json.gz`)) as {
    vulnerabilities: { cveID: string; dateAdded: string; dueDate: string; knownRansomwareCampaignUse: string }[];
  };
  return new Map(
    vulnerabilities.map(({ cveID, dateAdded, dueDate, knownRansomwareCampaignUse: use }) => [
      cveID,
      { dateAdded, dueDate, ransomware: use === 'Known' },
    ]),
  );
}

describe.runIf(sharedData !== null)('sample facts (not checked where the shared data is absent)', () => {
  test('are what buildFacts makes of the real advisories, scores and listings', () => {
    const advisories = advisoriesNaming(new Set(['lodash', 'spotipy', 'org.apache.logging.log4j:log4j-core']));
    const [epss, kev] = [epssOf(SCORE_DATE), kevOf('2026-07-24')];
    for (const [name, known] of Object.entries(samples)) {
      const facts = buildFacts({ ...known, advisories, epss, kev });
      const file = new URL(`${name}.json`, directory);
      const text = `${JSON.stringify(factsSchema.parse(facts), null, 2)}\n`;
      if (process.env['UPDATE_SAMPLES'] === '1' || !existsSync(file)) writeFileSync(file, text);
      expect(
        JSON.parse(readFileSync(file, 'utf8')),
        `${name}: run again with UPDATE_SAMPLES=1 and read the difference`,
      ).toEqual(facts);
    }
  }, 60_000);
});
