import { asksForMore, categoriesOf, ranked, strictest, type LicenceCategory } from './licence-category.js';
import { licencesWithin } from './licences-within.js';
import { readLicence } from './loose-licence.js';
import { joined, leavesOf, type Leaf, type Reading } from './reading.js';
import { parseExpression, renderExpression, type LicenceLeaf, type SpdxNode } from './spdx-expression.js';
import { statedTexts } from './stated-texts.js';

export interface Licence {
  /** What the package says, as one text; null when it says nothing. */
  readonly declared: string | null;
  /** SPDX licence expression; null when it cannot be known. */
  readonly expression: string | null;
  /**
   * Every id that the expression names, exceptions too, sorted. Without an expression: the licences named in the text that
   * ask for more than notice.
   */
  readonly ids: readonly string[];
  /** The strictest of the categories. */
  readonly category: LicenceCategory;
  /** Of all licences that bind together, from the mildest to the strictest; `unknown` is among them when one is not known. */
  readonly categories: readonly LicenceCategory[];
  /** exact: written as SPDX has it. corrected: read from a name or an address. unresolved: said something, but what? */
  readonly match: 'exact' | 'corrected' | 'proprietary' | 'unresolved' | 'none';
  /** Why there is no expression though something was said; else null. */
  readonly unread: string | null;
}

/** In these registries a list of licences is documented as a choice. Elsewhere it does not say, so all of them bind. */
const LISTS_ARE_CHOICES: ReadonlySet<string> = new Set(['npm', 'composer']);

/**
 * What a package states as its licence, in any of the forms that registries have carried, as an SPDX expression. `type` is
 * the type of its package URL. Whatever is stated, an answer comes.
 */
export const normaliseLicence = (raw: unknown, type: string): Licence => {
  const { texts, whole } = statedTexts(raw);
  const [first, ...others] = texts;
  if (!whole) return notUnderstood(texts.join(', ') || null, texts.map(readText));
  if (first === undefined) return UNKNOWN_LICENCE;
  if (others.length === 0) return licenceOfText(first);
  const conjunction = LISTS_ARE_CHOICES.has(type) ? 'or' : 'and';
  const reading = joined(texts.map(readText), conjunction);
  return understood(texts.join(` ${conjunction.toUpperCase()} `), reading, 'corrected');
};

/** What is known of a licence when nothing was said. */
export const UNKNOWN_LICENCE: Licence = {
  declared: null,
  expression: null,
  ids: [],
  category: 'unknown',
  categories: ['unknown'],
  match: 'none',
  unread: null,
};

/** Millions of packages state a few hundred licences. */
const remembered = new Map<string, Licence>();
const MOST_REMEMBERED = 2_000;
const LONGEST_REMEMBERED = 200;

const licenceOfText = (text: string): Licence => {
  const before = remembered.get(text);
  if (before !== undefined) return before;
  const exact = parseExpression(text);
  const licence = exact === null ? understood(text, readLicence(text), 'corrected') : known(text, exact, 'exact');
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (text.length <= LONGEST_REMEMBERED) remembered.set(text, licence);
  return licence;
};

const readText = (text: string): Reading => parseExpression(text) ?? readLicence(text);

const understood = (declared: string, reading: Reading, match: Licence['match']): Licence => {
  const leaves = leavesOf(reading);
  if (isExpression(reading)) return known(declared, reading, match);
  if (leaves.some((leaf) => 'unread' in leaf)) return notUnderstood(declared, leaves);
  const family = leaves.flatMap((leaf) => ('oneOf' in leaf ? leaf.oneOf : []));
  return {
    ...UNKNOWN_LICENCE,
    declared,
    ids: idsWithin(leaves),
    ...inCategories(categoriesOf(reading)),
    match: 'unresolved',
    unread: `does not say which licence of a family it means: one of ${family.join(', ')}`,
  };
};

const isExpression = (reading: Reading): reading is SpdxNode => leavesOf(reading).every((leaf) => 'license' in leaf);

const known = (declared: string, node: SpdxNode, match: Licence['match']): Licence => ({
  declared,
  expression: renderExpression(node),
  ids: sorted(leavesOf(node).flatMap((leaf) => ('license' in leaf ? idsOf(leaf) : []))),
  ...inCategories(categoriesOf(node)),
  match,
  unread: null,
});

const PROPRIETARY =
  /^unlicensed$|propriet|(?<!\bnon[\s-]?)\bcommercial\b|all rights reserved|confidential|closed source/i;
/** Longer texts are licence texts, most of which reserve some right. */
const LONGEST_STATEMENT = 100;

/** Of what is not understood whole, every part that is counts, and none is chosen. */
const notUnderstood = (declared: string | null, readings: readonly Reading[]): Licence => {
  const leaves = readings.flatMap(leavesOf);
  const ids = idsWithin(leaves);
  const proprietary = declared !== null && declared.length <= LONGEST_STATEMENT && PROPRIETARY.test(declared);
  if (proprietary && leaves.length === 1 && ids.length === 0)
    return { ...UNKNOWN_LICENCE, declared, ...inCategories(['proprietary']), match: 'proprietary' };
  const categories = leaves.flatMap(categoriesOf);
  const named = ids.flatMap((license) => categoriesOf({ license }));
  return {
    ...UNKNOWN_LICENCE,
    declared,
    ids,
    ...inCategories(['unknown', ...categories, ...named, ...(proprietary ? ['proprietary' as const] : [])]),
    match: 'unresolved',
    unread:
      ids.length === 0
        ? 'names no licence that is known'
        : `is not understood as a whole, though it names ${ids.join(', ')}`,
  };
};

const idsOf = ({ license, exception }: LicenceLeaf): readonly string[] =>
  exception === undefined ? [license] : [license, exception];

const idsWithin = (leaves: readonly Leaf[]): readonly string[] =>
  sorted(
    leaves.flatMap((leaf) => {
      if ('unread' in leaf) return licencesWithin(leaf.unread);
      return ('oneOf' in leaf ? leaf.oneOf : [leaf.license]).filter(asksForMore);
    }),
  );

const sorted = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();

const inCategories = (categories: readonly LicenceCategory[]): Pick<Licence, 'category' | 'categories'> => ({
  category: strictest(categories),
  categories: ranked(categories),
});
