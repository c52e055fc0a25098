import { factsSchema, packageMetadataSchema } from '@weir/contracts';
import { expect, test } from 'vitest';
import { cpuMillis } from '../../../../tools/testing/cpu-time.js';
import { knownPackage } from '../../../../tools/testing/known-package.js';
import { oddInstant, oddLicence, oddText } from '../../../../tools/testing/odd-texts.js';
import { forEachSeed, type Chance } from '../../../../tools/testing/random-cases.js';
import { LICENCE_CATEGORIES } from '../licences/licence-category.js';
import { normaliseLicence } from '../licences/normalise-licence.js';
import { buildFacts } from './build-facts.js';
import { canonicalFacts, isCanonical } from './canonical-facts.js';

const purlOf = (chance: Chance): string =>
  `pkg:${chance.pick(['npm', 'pypi', 'maven/g', 'golang', 'cargo', 'generic', 'gem', 'composer/v'])}/a@1.0.0`;

const metadataOf = (chance: Chance): Record<string, unknown> => ({
  license: oddLicence(chance),
  publishedAt: oddInstant(chance),
  filename: oddText(chance),
  summary: oddText(chance),
  description: oddText(chance),
  tags: chance.listOf(3, () => oddText(chance)),
  dependencies: chance.listOf(3, () => ({ name: oddText(chance), requirement: oddText(chance) })),
});

/** The members that an event may carry. */
const accepted = (metadata: Record<string, unknown>): object =>
  Object.fromEntries(
    Object.entries(metadata).filter(([name, value]) => packageMetadataSchema.safeParse({ [name]: value }).success),
  );

test('whatever a registry says, facts of the shape that policies know are built, the same bytes each time', () => {
  let unread = 0;
  forEachSeed(3_000, (chance) => {
    const known = knownPackage(purlOf(chance));
    const metadata = accepted(metadataOf(chance));
    const { package: named } = known;
    const odd = { ...known, metadata, package: { ...named, version: oddText(chance), name: oddText(chance) } };
    const facts = buildFacts(odd);
    expect(factsSchema.parse(facts)).toEqual(facts);
    expect(canonicalFacts(facts)).toEqual(canonicalFacts(buildFacts(odd)));
    // Halves of surrogate pairs are refused before; what holds none is written the fast way.
    if (!JSON.stringify(facts).includes('\\ud')) expect(isCanonical(facts)).toBe(true);
    expect(facts.v1.unread.filter(({ reason }) => reason.startsWith('could not be read'))).toEqual([]);
    unread += facts.v1.unread.length;
  });
  expect(unread).toBeGreaterThan(1_000);
});

test('a licence that is not understood is never without a word, and no licence is a promise that nobody made', () => {
  forEachSeed(3_000, (chance) => {
    const { declared, expression, category, categories, match, unread } = normaliseLicence(oddLicence(chance), 'pypi');
    expect(LICENCE_CATEGORIES).toContain(category);
    expect(categories.at(-1)).toBe(category);
    if (expression === null && match === 'unresolved') expect(unread).not.toBeNull();
    if (declared === null) expect(category).toBe('unknown');
  });
});

test.each([
  ['gnu ', 1],
  ['l ', 1],
  ['MIT OR ', 1],
  ['Apache License 2.0, ', 1],
  ['gnu lesser general public license or later with ', 1],
  ['(((', 1],
  ['/', 1],
  [' \n', 1],
  ['v.', 1],
  ['a.', 1],
  ['https://opensource.org/licenses/', 1],
  ['https://a.b/', 60],
  ['gnu general ', 60],
])('a licence of %j over and over, in lists too, takes less than a second', (piece, times) => {
  const text = piece.repeat(Math.floor(4_000 / piece.length));
  const started = cpuMillis();
  normaliseLicence(times === 1 ? text : Array.from({ length: times }, (_, index) => `${text}${index}`), 'pypi');
  expect(cpuMillis() - started).toBeLessThan(1_000);
});
