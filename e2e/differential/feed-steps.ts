import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import type { Advisory } from './real-packages.ts';

/** A file of a feed, to be loaded when its turn comes. */
export interface FeedStep {
  readonly kind: 'osv' | 'epss' | 'kev';
  readonly what: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

const FILES = ['pypi-pysec', 'npm-ghsa-derived', 'go', 'crates-rustsec', 'maven-ghsa'];

export const readAdvisories = (data: string): readonly Advisory[] =>
  FILES.flatMap((file) =>
    gunzipSync(readFileSync(join(data, 'osv', `${file}.jsonl.gz`)))
      .toString('utf8')
      .split('\n')
      .filter(Boolean),
  ).map((line) => JSON.parse(line) as Advisory);

/**
 * Three days of EPSS, two states of KEV, and advisories that come, change and are withdrawn between them. What is first there
 * comes before the packages; everything after changes what is known of them.
 */
export const feedSteps = (
  data: string,
  advisories: readonly Advisory[],
): { readonly first: readonly FeedStep[]; readonly later: readonly FeedStep[] } => {
  const file = (kind: 'epss' | 'kev', name: string): FeedStep => ({
    kind,
    what: name,
    body: new Uint8Array(readFileSync(join(data, kind, name))),
  });
  const known = advisories.filter((_, index) => index % 5 !== 0);
  const fresh = advisories.filter((_, index) => index % 5 === 0);
  return {
    first: [
      osv('four of five advisories', known),
      file('kev', 'known_exploited_vulnerabilities-2026-07-24.json.gz'),
      file('epss', 'epss_scores-2026-06-14.csv.gz'),
    ],
    later: [
      file('epss', 'epss_scores-2026-08-02.csv.gz'),
      osv('the others', fresh),
      file('kev', 'known_exploited_vulnerabilities-2026-08-04.json.gz'),
      osv('some are withdrawn, some are about other versions', changed(known)),
      file('epss', 'epss_scores-2026-08-09.csv.gz'),
    ],
  };
};

const osv = (what: string, records: readonly unknown[]): FeedStep => ({
  kind: 'osv',
  what,
  body: new TextEncoder().encode(records.map((record) => JSON.stringify(record)).join('\n')),
});

const LATER = '2026-08-05T00:00:00Z';

const changed = (advisories: readonly Advisory[]): readonly Advisory[] =>
  advisories.flatMap((advisory, index): Advisory[] => {
    if (index % 40 === 0) return [{ ...advisory, modified: LATER, withdrawn: LATER }];
    if (index % 40 !== 1) return [];
    return [
      {
        ...advisory,
        modified: LATER,
        affected: (advisory.affected ?? []).map((one) => ({ ...one, versions: (one.versions ?? []).slice(1) })),
      },
    ];
  });
