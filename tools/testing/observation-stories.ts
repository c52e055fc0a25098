import type { PackageMetadata, PackageObserved } from '@weir/contracts';
import { observedOf } from './enrichment-for-tests.js';
import { oneOf, type Random } from './random-choice.js';

const PURLS = [
  ...['1.0.0', '1.5.0', '2.0.0'].map((version) => `pkg:npm/story@${version}`),
  ...['1.0', '2.0'].map((version) => `pkg:pypi/story@${version}`),
  'pkg:npm/another@1.0.0',
  'pkg:docker/library/story@1',
];
const REPOSITORIES = ['dev', 'prod'];
const KINDS = ['published', 'published', 'copied', 'deleted', 'downloaded', 'downloaded'] as const;
const LICENCES = ['MIT', 'GPL-3.0-only', { type: 'ISC' }, null, undefined];

/** Observations of a few packages in any order, among them repeats of earlier ones with other times. */
export const observationStory = (random: Random, length: number): readonly PackageObserved[] => {
  const told: PackageObserved[] = [];
  const story: PackageObserved[] = [];
  for (let i = 0; i < length; i += 1) {
    const isRepeat = told.length > 0 && random(4) === 0;
    const one = isRepeat ? resent(oneOf(random, told), random) : observationOf(random, `story-${i}`);
    if (!isRepeat) told.push(one);
    story.push(one);
  }
  return story;
};

const observationOf = (random: Random, id: string): PackageObserved => {
  const kind = oneOf(random, KINDS);
  const saysMore = kind === 'published' || kind === 'copied' || random(5) === 0;
  const digest = random(3) === 0 ? `sha256:${String(random(3)).repeat(64)}` : null;
  const observed = observedOf(oneOf(random, PURLS), {
    kind,
    repository: oneOf(random, REPOSITORIES),
    metadata: saysMore ? metadataOf(random) : null,
    at: instant(random),
    id,
  });
  return { ...observed, package: { ...observed.package, digest } };
};

const metadataOf = (random: Random): PackageMetadata => ({
  license: LICENCES[random(LICENCES.length)],
  ...(random(2) === 0 ? { summary: `Summary ${random(3)}` } : {}),
  ...(random(3) === 0 ? { tags: ['stable', 'latest'].slice(random(2)) } : {}),
});

const resent = (observed: PackageObserved, random: Random): PackageObserved => ({
  ...observed,
  observation: {
    ...observed.observation,
    occurredAt: instant(random),
    receivedAt: instant(random),
    actor: oneOf(random, ['ada', null]),
  },
});

const instant = (random: Random): string =>
  new Date(Date.UTC(2026, 5, 1) + random(30 * 24 * 60) * 60_000).toISOString();
