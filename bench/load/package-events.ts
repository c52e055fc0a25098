import { readFileSync } from 'node:fs';
import { seeded } from '../../tools/testing/seeded.ts';

/** A CloudEvent as a registry sends it. */
export interface PackageEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: {
    readonly repository: { readonly name: string };
    readonly purl: string;
    readonly [field: string]: unknown;
  };
}

const SOURCE = '/bench';
/** Of a hundred packages that registries see most are in no advisory; these many have a name from the real snapshot. */
const KNOWN_NAMES_PERCENT = 25;
const REPOSITORIES = 25;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A registry knows when a package was published; the snapshot mostly leaves it out, because its sources did. */
const PUBLISHED_WITHIN_DAYS = 1_000;
const ECOSYSTEMS = ['npm', 'pypi', 'maven/org.example', 'golang/example.org/mod', 'cargo'] as const;

/**
 * The same endless series for the same seed: publications with the shape and the metadata of the real snapshot, a quarter of them
 * with its names and a version near the real one (so that advisories match or just do not), the others unknown to every feed.
 */
export const packageEvents = (seed: number): (() => PackageEvent) => {
  const random = seeded(seed);
  const templates = snapshotEvents();
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  let next = 0;
  return () => {
    const number = next++;
    const template = pick(templates);
    const known = random() * 100 < KNOWN_NAMES_PERCENT;
    const purl = known
      ? nearVersion(template.data.purl, Math.floor(random() * 60))
      : `pkg:${pick(ECOSYSTEMS)}/package-${number}@${Math.floor(random() * 9)}.${Math.floor(random() * 30)}.${Math.floor(random() * 30)}`;
    const { name, ...repository } = template.data.repository;
    const { digest: _, ...data } = template.data;
    const publishedAt = new Date(
      Date.parse(template.time) - Math.floor(random() * PUBLISHED_WITHIN_DAYS * DAY_MS),
    ).toISOString();
    return {
      ...template,
      id: `bench-${seed}-${number}`,
      source: SOURCE,
      data: {
        ...data,
        publishedAt,
        repository: { name: `${name}-${Math.floor(random() * REPOSITORIES)}`, ...repository },
        purl,
      },
    };
  };
};

const snapshotEvents = (): readonly PackageEvent[] =>
  readFileSync(new URL('../../examples/events/published.jsonl', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as PackageEvent);

/** The package URL with the last number of its version replaced. */
const nearVersion = (purl: string, number: number): string => purl.replace(/\d+(?=[^\d@/]*$)/, String(number));
