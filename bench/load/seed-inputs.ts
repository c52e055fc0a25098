import { digestOf } from '@weir/postgres';

/** Facts as a policy reads them, about 3 KB with five vulnerabilities, different for each number. */
export interface SeedInput {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly purl: string;
  /** What the seed's policy must answer; every second input matches. */
  readonly matches: boolean;
}

const REPOSITORY = 'REPOSITORY-NAME';
const VULNERABILITIES = 5;

export const seedInput = (number: number, vulnerabilities = VULNERABILITIES): SeedInput => {
  const matches = number % 2 === 0;
  const version = `4.17.${number}`;
  const bytes = Buffer.from(
    JSON.stringify({
      v0: {
        repository: { name: REPOSITORY },
        package: { name: 'lodash', format: 'npm', version },
        vulnerabilities: Array.from({ length: vulnerabilities }, (_, index) => vulnerability(number, index, matches)),
      },
    }),
  );
  return { bytes, digest: digestOf(bytes), purl: `pkg:npm/lodash@${version}`, matches };
};

const vulnerability = (number: number, index: number, matches: boolean) => ({
  identifier: `CVE-2026-${number}${index}`,
  VulnerabilityID: `CVE-2026-${number}${index}`,
  severity: index % 3 === 0 ? 'HIGH' : 'LOW',
  patched_versions: ['4.17.21'],
  vulnerable_versions: ['< 4.17.21'],
  format: 'npm',
  package_name: 'lodash',
  published_date: '2026-01-01T00:00:00Z',
  title: 'A title about as long as titles are '.repeat(3),
  epss: { score: matches ? 0.3 : 0.1, percentile: 0.5 },
  cvss: {
    nvd: { V2Score: null, V2Vector: null, V3Score: 7.5, V3Vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' },
  },
  source: { name: 'GHSA', url: 'https://example.org/advisories/GHSA-xxxx-xxxx-xxxx' },
});
