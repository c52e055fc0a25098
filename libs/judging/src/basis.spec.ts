import { NEVER_LOADED, type FeedFreshness } from '@weir/domain';
import { describe, expect, test } from 'vitest';
import {
  activePolicy,
  randomFreshness,
  randomRepository,
  randomSet,
  repository,
  setOf,
} from '../../../tools/testing/policies-for-tests.js';
import { forEachSeed, type Chance } from '../../../tools/testing/random-cases.js';
import { basisUnder, conditionsDigest, freshnessRead, type Conditions, type Rested } from './basis.js';
import { policiesInScope, type NamedPolicySet } from './policies-in-scope.js';

const readsEpss = activePolicy({
  policyId: 'stale',
  reads: { inputPaths: ['v1.freshness.epss'], clock: false, builtins: [] },
});
const MORNING = { asOf: null, loadedAt: '2026-08-02T06:00:00.000Z' };
const LOADED: FeedFreshness = { ...NEVER_LOADED, epss: MORNING };

type About = Rested & { readonly package: { readonly type: string } };

const rested: About = { presence: 'present', factsDigest: 'sha256:facts', package: { type: 'npm' } };
const conditions = (more: Partial<Conditions> = {}): Conditions => ({
  policySet: setOf(readsEpss),
  engineDigest: 'sha256:engine',
  exceptionsDigest: null,
  freshness: LOADED,
  ...more,
});
const basis = (of: Conditions, about: About = rested, where = repository()): string =>
  basisUnder(about, policiesInScope(of.policySet, where), of);

describe('what the answers rest on differs with', () => {
  const usual = basis(conditions());

  test.each<[string, string]>([
    ['the facts', basis(conditions(), { ...rested, factsDigest: 'sha256:other' })],
    ['the facts being gone', basis(conditions(), { ...rested, factsDigest: null })],
    ['the presence', basis(conditions(), { ...rested, presence: 'deleted' })],
    ['the engine', basis(conditions({ engineDigest: 'sha256:engine-2' }))],
    ['the exceptions', basis(conditions({ exceptionsDigest: 'sha256:waiver' }))],
    ['a revision in scope', basis(conditions({ policySet: setOf({ ...readsEpss, revision: 2 }) }))],
    ['a policy in scope', basis(conditions({ policySet: setOf(readsEpss, activePolicy()) }))],
    ['no policy in scope', basis(conditions({ policySet: setOf() }))],
    [
      'the order of the policies in scope',
      basis(conditions({ policySet: setOf(activePolicy({ policyId: 'a' }), readsEpss) })),
    ],
    [
      'a load of a feed that a policy in scope reads',
      basis(conditions({ freshness: { ...LOADED, epss: { asOf: null, loadedAt: '2026-08-02T07:00:00.000Z' } } })),
    ],
  ])('%s', (_what, other) => {
    expect(other).not.toBe(usual);
    expect(other).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('nothing else: a policy elsewhere, another set that says the same here, a feed that nobody reads', () => {
    const elsewhere = activePolicy({ policyId: 'elsewhere', scope: { repositories: ['other'] } });
    expect(basis(conditions({ policySet: setOf(readsEpss, elsewhere) }))).toBe(usual);
    expect(basis(conditions({ policySet: { ...setOf(readsEpss), digest: 'sha256:renamed' } }))).toBe(usual);
    expect(
      basis(conditions({ freshness: { ...LOADED, kev: { asOf: null, loadedAt: '2026-08-02T07:00:00.000Z' } } })),
    ).toBe(usual);
  });
});

interface Draw {
  readonly rested: About;
  readonly conditions: Conditions;
}

const TYPES = ['npm', 'pypi', 'golang', 'docker'];

const draw = (chance: Chance): Draw => ({
  rested: {
    presence: chance.pick(['present', 'deleted']),
    factsDigest: chance.pick([null, 'sha256:1', 'sha256:2']),
    package: { type: chance.pick(TYPES) },
  },
  conditions: {
    policySet: randomSet(chance),
    engineDigest: chance.pick(['sha256:engine-1', 'sha256:engine-2']),
    exceptionsDigest: chance.pick([null, 'sha256:x']),
    freshness: randomFreshness(chance),
  },
});

/** Like the first in most, so that both being alike is no rarity. */
const near = (chance: Chance, one: Draw): Draw => {
  const other = draw(chance);
  const either = <T>(a: T, b: T): T => (chance.happens(0.85) ? a : b);
  return {
    rested: {
      presence: either(one.rested.presence, other.rested.presence),
      factsDigest: either(one.rested.factsDigest, other.rested.factsDigest),
      package: either(one.rested.package, other.rested.package),
    },
    conditions: {
      policySet: either(one.conditions.policySet, other.conditions.policySet),
      engineDigest: either(one.conditions.engineDigest, other.conditions.engineDigest),
      exceptionsDigest: either(one.conditions.exceptionsDigest, other.conditions.exceptionsDigest),
      freshness: chance.happens(0.5)
        ? one.conditions.freshness
        : mixed(chance, one.conditions.freshness, other.conditions.freshness),
    },
  };
};

const mixed = (chance: Chance, one: FeedFreshness, other: FeedFreshness): FeedFreshness => {
  const feed = chance.pick(['osv', 'epss', 'kev'] as const);
  if (feed !== 'osv') return { ...one, [feed]: other[feed] };
  return {
    ...one,
    osv: { ...one.osv, npm: other.osv['PyPI'] ?? { asOf: null, loadedAt: '2026-08-03T00:00:00.000Z' } },
  };
};

const FEEDS = ['epss', 'kev', 'osv'] as const;
const ECOSYSTEM: Readonly<Record<string, string>> = { npm: 'npm', pypi: 'PyPI', golang: 'Go' };

const shownOf = (feed: (typeof FEEDS)[number], freshness: FeedFreshness, type: string): unknown =>
  feed === 'osv' ? (freshness.osv[ECOSYSTEM[type] ?? ''] ?? null) : freshness[feed];

/** The parts, whole and side by side. */
const partsOf = (
  {
    rested: {
      presence,
      factsDigest,
      package: { type },
    },
    conditions: { policySet, engineDigest, exceptionsDigest, freshness },
  }: Draw,
  where: ReturnType<typeof repository>,
): string => {
  const scope = policiesInScope(policySet, where);
  const revisions = scope.policies.map(({ policyId, revision, revisionDigest }) => [
    policyId,
    revision,
    revisionDigest,
  ]);
  // Who reads of one feed that it was never loaded is shown the same as who reads it of another.
  const shown =
    scope.feedsRead.length === 0
      ? null
      : FEEDS.map((feed) => (scope.feedsRead.includes(feed) ? shownOf(feed, freshness, type) : null));
  return JSON.stringify([presence, factsDigest, revisions, engineDigest, exceptionsDigest, shown]);
};

test('two bases differ exactly when one of their parts does', () => {
  let alike = 0;
  forEachSeed(1_500, (chance) => {
    const one = draw(chance);
    const other = near(chance, one);
    const where = randomRepository(chance);
    const isAlike = partsOf(one, where) === partsOf(other, where);
    if (isAlike) alike += 1;
    expect(basis(one.conditions, one.rested, where) === basis(other.conditions, other.rested, where)).toBe(isAlike);
  });
  expect(alike).toBeGreaterThan(200);
});

test('while the conditions of a workspace are named the same, no basis changes but by the facts', () => {
  let [alike, freshnessAlone] = [0, 0];
  forEachSeed(1_500, (chance) => {
    const one = draw(chance);
    const other = near(chance, one);
    if (conditionsDigest(one.conditions) !== conditionsDigest(other.conditions)) return;
    alike += 1;
    if (JSON.stringify(one.conditions.freshness) !== JSON.stringify(other.conditions.freshness)) freshnessAlone += 1;
    for (let packages = 0; packages < 5; packages += 1) {
      const where = randomRepository(chance);
      expect(basis(other.conditions, one.rested, where)).toBe(basis(one.conditions, one.rested, where));
    }
  });
  expect(alike).toBeGreaterThan(200);
  expect(freshnessAlone).toBeGreaterThan(10);
});

describe('when feeds were loaded, as a policy is shown it', () => {
  const read = (policySet: NamedPolicySet, freshness = LOADED, type = 'npm') =>
    freshnessRead(policiesInScope(policySet, repository()), freshness, type);

  test('is nothing where no policy in scope reads it', () => {
    expect(read(setOf(activePolicy()))).toBeNull();
  });

  test('tells of the feeds that are read, and null of the others', () => {
    const all = { osv: { npm: MORNING }, epss: MORNING, kev: MORNING };
    expect(JSON.parse(read(setOf(readsEpss), all)?.text ?? '')).toEqual({ epss: MORNING, kev: null, osv: null });
  });

  test("is of advisories that of the package's own ecosystem", () => {
    const readsOsv = activePolicy({ reads: { inputPaths: ['v1.freshness.osv'], clock: false, builtins: [] } });
    const evening = { asOf: '2026-08-02', loadedAt: '2026-08-02T18:00:00.000Z' };
    const freshness = { ...LOADED, osv: { npm: MORNING, PyPI: evening } };
    const osv = (type: string) =>
      (JSON.parse(read(setOf(readsOsv), freshness, type)?.text ?? '{}') as { osv: unknown }).osv;
    expect(['npm', 'pypi', 'maven', 'docker'].map(osv)).toEqual([MORNING, evening, null, null]);
    const after = { ...freshness, osv: { ...freshness.osv, npm: evening } };
    expect(read(setOf(readsOsv), after, 'pypi')?.digest, 'a load of npm is nothing to PyPI').toBe(
      read(setOf(readsOsv), freshness, 'pypi')?.digest,
    );
  });

  test('has one digest for one text, whichever object it comes from', () => {
    expect(read(setOf(readsEpss), structuredClone(LOADED))).toEqual(read(setOf(readsEpss)));
    expect(read(setOf(readsEpss))).toBe(read(setOf({ ...readsEpss, revision: 2 })));
  });
});
