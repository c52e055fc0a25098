import type { Leaf, Reading } from './reading.js';
import type { LicenceLeaf } from './spdx-expression.js';
import { SPDX_EXCEPTIONS, SPDX_LICENCES } from './spdx-list.js';

/** What a licence asks of those who pass the software on, from nothing to everything; `unknown` lies in the middle. */
export const LICENCE_CATEGORIES = [
  'public-domain',
  'permissive',
  'weak-copyleft',
  'unknown',
  'copyleft',
  'network-copyleft',
  'proprietary',
] as const;

export type LicenceCategory = (typeof LICENCE_CATEGORIES)[number];

const rank = (category: LicenceCategory): number => LICENCE_CATEGORIES.indexOf(category);

const isCategory = (text: string): text is LicenceCategory => (LICENCE_CATEGORIES as readonly string[]).includes(text);

/** The strictest of some; unknown when there are none. */
export const strictest = (categories: Iterable<LicenceCategory>): LicenceCategory =>
  [...categories].sort((a, b) => rank(b) - rank(a))[0] ?? 'unknown';

/** From the mildest to the strictest, each once. */
export const ranked = (categories: Iterable<LicenceCategory>): readonly LicenceCategory[] =>
  [...new Set(categories)].sort((a, b) => rank(a) - rank(b));

/**
 * The categories of the licences that bind together. OR is the user's choice, so those of the side that is mildest and
 * known; AND binds to all, so those of both sides. Of what cannot be read nothing is chosen: see normalise-licence.ts.
 */
export const categoriesOf = (reading: Reading): readonly LicenceCategory[] => {
  if (!('conjunction' in reading)) return leafCategories(reading);
  const [left, right] = [categoriesOf(reading.left), categoriesOf(reading.right)];
  if (reading.conjunction === 'and') return [...left, ...right];
  const [mild = left, strict = right] = [left, right].sort((a, b) => rank(strictest(a)) - rank(strictest(b)));
  return strictest(mild) === 'unknown' ? strict : mild;
};

const leafCategories = (leaf: Leaf): readonly LicenceCategory[] => {
  if ('unread' in leaf) return ['unknown'];
  if ('oneOf' in leaf) return [strictest(leaf.oneOf.map((id) => licenceCategory({ license: id })))];
  return withException(licenceCategory(leaf), leaf.exception);
};

/** Whether a licence asks for more than notice: what counts even where the text around it cannot be read. */
export const asksForMore = (id: string): boolean =>
  rank(licenceCategory({ license: id })) >= rank('weak-copyleft') && SPDX_LICENCES.has(id);

/** The reference under which a package that says "public domain" is kept: SPDX lists no licence for it. */
export const PUBLIC_DOMAIN = 'LicenseRef-public-domain';

const licenceCategory = ({ license, plus }: LicenceLeaf): LicenceCategory => {
  if (license.toLowerCase() === PUBLIC_DOMAIN.toLowerCase()) return 'public-domain';
  if (/^(?:DocumentRef-.*:)?LicenseRef-.*(?:propriet|commercial)/i.test(license)) return 'proprietary';
  const listed = SPDX_LICENCES.get(plus ? `${license}+` : license) ?? SPDX_LICENCES.get(license);
  return listed !== undefined && isCategory(listed.category) ? listed.category : 'unknown';
};

/**
 * A listed exception only grants: strong copyleft with one that is not strong itself is weak. An addition of the package's
 * own may ask for anything.
 */
const withException = (category: LicenceCategory, exception: string | undefined): readonly LicenceCategory[] => {
  if (exception === undefined) return [category];
  const granted = SPDX_EXCEPTIONS.get(exception);
  if (granted === undefined) return [category, 'unknown'];
  return [
    category === 'copyleft' && (granted === 'weak-copyleft' || granted === 'permissive') ? 'weak-copyleft' : category,
  ];
};
