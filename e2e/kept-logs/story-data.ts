import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { repositoryRoot } from '../harness/weir-process.ts';

const feed = (name: string): string =>
  gunzipSync(readFileSync(join(repositoryRoot, 'examples', 'feeds', name))).toString('utf8');

const CONCERNED = ['lodash', 'minimist', 'json5'];

interface Advisory {
  readonly id: string;
  readonly details?: string;
  readonly affected?: readonly { readonly package?: { readonly name?: string } }[];
}

/** The advisories of a few npm packages, without their long texts. */
export const advisories: readonly Advisory[] = feed('osv.jsonl.gz')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Advisory)
  .filter(({ affected = [] }) => affected.some((one) => CONCERNED.includes(one.package?.name ?? '')))
  .map(({ details: _details, ...advisory }) => advisory);

export const asLines = (records: readonly unknown[]): string =>
  records.map((record) => JSON.stringify(record)).join('\n');

/** The lines of a day's scores about the CVEs that those advisories name, and one hundred others. */
export const scoresOf = (day: string): string => {
  const [head = '', columns = '', ...rows] = feed(`epss_scores-${day}.csv.gz`).split('\n');
  const names = asLines(advisories);
  const [named, others] = [rows.filter((row) => names.includes(`"${row.split(',')[0] ?? ''}"`)), rows.slice(0, 100)];
  return [head, columns, ...new Set([...named, ...others].filter(Boolean)), ''].join('\n');
};

/** CISA's catalogue with one entry, which no package of the story has yet. */
export const exploited = {
  title: 'CISA Catalog of Known Exploited Vulnerabilities',
  catalogVersion: '2026.07.24',
  dateReleased: '2026-07-24T17:00:00.000Z',
  count: 1,
  vulnerabilities: [
    {
      cveID: 'CVE-2021-44228',
      vendorProject: 'Apache',
      product: 'Log4j2',
      vulnerabilityName: 'Apache Log4j2 Remote Code Execution Vulnerability',
      dateAdded: '2021-12-10',
      shortDescription: 'Apache Log4j2 contains a vulnerability.',
      requiredAction: 'Apply updates per vendor instructions.',
      dueDate: '2021-12-24',
      knownRansomwareCampaignUse: 'Known',
      notes: '',
      cwes: [],
    },
  ],
};

type Kind = 'published' | 'copied' | 'deleted' | 'downloaded';

interface Told {
  readonly workspace?: string;
  readonly license?: string;
  readonly repository?: string;
  readonly id?: string;
}

let told = 0;

/** What a registry says of npm package `name`; `npm-production` is in production, every other repository is not. */
export const event = (
  kind: Kind,
  name: string,
  { workspace = 'default', license, repository = 'npm-production', id }: Told = {},
): unknown => ({
  specversion: '1.0',
  id: id ?? `story-${(told += 1)}`,
  source: '/registries/story',
  type: `dev.weir.package.${kind}.v1`,
  data: {
    workspace,
    repository: { name: repository, environment: repository === 'npm-production' ? 'production' : 'development' },
    purl: `pkg:npm/${name}`,
    ...(license !== undefined && { license }),
  },
});
