import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createPolicySchema, packageEventData, packageEventSchema } from '@weir/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface ExpectedState {
  readonly state: string;
  readonly exceededEpss: boolean;
  readonly epss: number;
}

interface Expected {
  readonly events: number;
  readonly packages: readonly { readonly purl: string; readonly repository: string; readonly before: ExpectedState; readonly after: ExpectedState }[];
}

const root = join(import.meta.dirname, '..', '..');
const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const unzip = (...path: string[]): string => gunzipSync(readFileSync(join(root, ...path))).toString('utf8');
const events = read('examples', 'events', 'published.jsonl').trimEnd().split('\n').map((line) => packageEventSchema.parse(JSON.parse(line)));
const expected = JSON.parse(read('examples', 'expected-states.json')) as Expected;
const plan = (parse(read('examples', 'demo-policies.yaml')) as { policies: Record<string, unknown>[] }).policies;
const library = JSON.parse(read('policies', 'compiled', 'library.json')) as { policies: { template: string; slots: unknown[] }[] };

const scoresOf = (day: string): ReadonlyMap<string, number> => {
  const rows = unzip('examples', 'feeds', `epss_scores-${day}.csv.gz`).trimEnd().split('\n').slice(2);
  return new Map(rows.map((row) => row.split(',')).map(([cve = '', score]) => [cve, Number(score)]));
};

describe('the example events', () => {
  it('are all accepted by the contract, without a field that it does not know', () => {
    const schema = packageEventData['dev.weir.package.published.v1'].strict();
    for (const { data } of events) expect(schema.safeParse(data).error).toBeUndefined();
  });

  it('have an id each, and one publication for each package and repository', () => {
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(events).toHaveLength(expected.events);
    expect(expected.packages).toHaveLength(expected.events);
  });

  it('carry no publication date for npm, where the source has those of a mirror', () => {
    const npm = events.map(({ data }) => data as { purl: string; publishedAt: string | null }).filter(({ purl }) => purl.startsWith('pkg:npm/'));
    expect(npm.filter(({ publishedAt }) => publishedAt !== null)).toEqual([]);
  });
});

describe('the story of the examples', () => {
  const before = scoresOf('2026-06-14');
  const after = scoresOf('2026-08-02');

  it.each([
    ['CVE-2021-23337', 0.02399, 0.21333],
    ['CVE-2025-27154', 0.00236, 0.00592],
    ['CVE-2021-44228', 0.94358, 0.99999],
    ['CVE-2022-46175', 0.42304, 0.09304],
  ])('%s goes from %d to %d', (cve, first, second) => {
    expect([before.get(cve), after.get(cve)]).toEqual([first, second]);
  });

  it('changes four packages and no other', () => {
    const changed = expected.packages.filter((one) => one.before.state !== one.after.state);
    expect(changed.map(({ purl, repository, after: { state } }) => `${purl} in ${repository}: ${state}`)).toEqual([
      'pkg:npm/lodash@4.17.20 in REPOSITORY-NAME: quarantined',
      'pkg:npm/json5@1.0.1 in npm-production: available',
      'pkg:npm/lodash@4.17.20 in npm-production: quarantined',
      'pkg:pypi/spotipy@2.25.0 in python-data-science: quarantined',
    ]);
  });
});

describe('the policies of the example company', () => {
  const schemaOf = (template: string): object => (parse(read('policies', template, 'template.yaml')) as { parameters: object }).parameters;

  it.each(plan.map((policy) => [String(policy['name']), policy] as const))('%s can be saved', (_name, policy) => {
    expect(createPolicySchema.safeParse(policy).error).toBeUndefined();
    expect(new Ajv2020({ allowUnionTypes: true }).validate(schemaOf(String(policy['template'])), policy['parameters'] ?? {})).toBe(true);
  });

  it('are all of the library, and need no compiler', () => {
    const uses = (template: string): number => plan.filter((policy) => policy['template'] === template).length;
    for (const { template, slots } of library.policies) {
      expect(uses(template), template).toBeGreaterThan(0);
      expect(uses(template), template).toBeLessThanOrEqual(slots.length);
    }
  });
});
