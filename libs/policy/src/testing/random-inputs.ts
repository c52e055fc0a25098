import { seeded } from '../../../../tools/testing/seeded.js';

type Random = () => number;

const pick = <T>(random: Random, choices: readonly T[]): T | undefined =>
  choices[Math.floor(random() * choices.length)];
const maybe = <T>(random: Random, value: T): T | undefined => (random() < 0.75 ? value : undefined);

/** Members of odd types among ordinary ones: policies meet both. */
const vulnerability = (random: Random): unknown => {
  const identifier = pick(random, ['CVE-2023-45853', 'CVE-2021-23337', 'CVE-2025-27154', 'GHSA-1', '']);
  return {
    identifier,
    VulnerabilityID: maybe(random, identifier),
    severity: pick(random, ['HIGH', 'CRITICAL', 'LOW', 'MEDIUM', null, 7]),
    patched_versions: maybe(random, pick<unknown>(random, [['1.2.3'], [], ['1.0.0', '2.0.0'], null])),
    epss: maybe(
      random,
      pick<unknown>(random, [
        { score: 0.213 },
        { score: 0.2 },
        { score: '0.9' },
        { score: null },
        null,
        'x',
        { score: 0.00592, percentile: 0.7 },
      ]),
    ),
    cvss: maybe(random, { nvd: { V3Score: Math.round(random() * 100) / 10, V2Score: null } }),
    title: pick(random, ['x', 'ünïcode "quoted"\n', '']),
    published_date: pick(random, ['2026-07-01T00:00:00Z', '2026-08-01T12:00:00.5+02:00', 'yesterday', null]),
  };
};

const packageOf = (random: Random): unknown => ({
  name: pick(random, ['lodash', 'spotipy', 'left-pad', '']),
  version: pick(random, ['1.2.3', '1.2.3-rc.1', '2.0', 'v3.0.0', null]),
  size: pick<unknown>(random, [0, 12345, 9007199254740991, 1.5, -1]),
  license: maybe(random, { oss_license: { spdx_identifier: pick(random, ['MIT', 'GPL-3.0-only', 'LGPL-2.1', null]) } }),
  upstream_metadata: maybe(random, {
    published_at: pick(random, ['2026-07-30T00:00:00Z', '2020-01-01T00:00:00Z', null]),
  }),
  tags: Array.from({ length: Math.floor(random() * 4) }, () => ({ name: pick(random, ['latest', 'risky', 'é']) })),
});

const oddities: readonly unknown[] = [
  {},
  { v0: null },
  { v0: {} },
  { v0: { vulnerabilities: {} } },
  { v0: { vulnerabilities: 'none' } },
  [],
  null,
  0,
  false,
  'text',
];

/** Inputs shaped like facts documents, some of them broken. */
export const randomInputs = (count: number, seed: number): readonly unknown[] => {
  const random = seeded(seed);
  const ordinary = Array.from({ length: count - oddities.length }, () => ({
    v0: {
      repository: maybe(random, { name: pick(random, ['REPOSITORY-NAME', 'npm-production']) }),
      package: packageOf(random),
      vulnerabilities: maybe(
        random,
        Array.from({ length: Math.floor(random() * 5) }, () => vulnerability(random)),
      ),
    },
  }));
  return JSON.parse(JSON.stringify([...oddities, ...ordinary])) as readonly unknown[];
};
