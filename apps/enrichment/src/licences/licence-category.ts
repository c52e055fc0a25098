import type { SpdxNode } from 'spdx-expression-parse';
import exceptions from './spdx-exceptions.json' with { type: 'json' };
import licences from './spdx-licences.json' with { type: 'json' };

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

export interface SpdxLicence {
  readonly name: string;
  readonly category: string;
  readonly osi: boolean;
  readonly deprecated: boolean;
}

const listed = new Map<string, SpdxLicence>(Object.entries(licences));
const ids = new Map(Object.keys(licences).map((id) => [id.toLowerCase(), id]));
const listedExceptions = new Map<string, string>(Object.entries(exceptions));

/** An entry of the SPDX licence list 3.28.0, with its category by ScanCode LicenseDB; undefined for other ids. */
export const spdxLicence = (id: string): SpdxLicence | undefined => listed.get(id);

/** The id of the SPDX list that is spelled like this but for its case; null when there is none. */
export const listedId = (text: string): string | null => ids.get(text.toLowerCase()) ?? null;

const rank = (category: LicenceCategory): number => LICENCE_CATEGORIES.indexOf(category);

const isCategory = (text: string): text is LicenceCategory => (LICENCE_CATEGORIES as readonly string[]).includes(text);

/** OR is the user's choice, so the mildest that is known; AND binds to all, so the strictest. */
export function categoryOf(node: SpdxNode): LicenceCategory {
  if ('license' in node) return withException(licenceCategory(node), node.exception);
  const sides = [categoryOf(node.left), categoryOf(node.right)].sort((a, b) => rank(a) - rank(b));
  const [mild = 'unknown', strict = 'unknown'] = sides;
  if (node.conjunction === 'and') return strict;
  return mild === 'unknown' ? strict : mild;
}

function licenceCategory({ license, plus }: { readonly license: string; readonly plus?: true }): LicenceCategory {
  if (license === PUBLIC_DOMAIN) return 'public-domain';
  const category = listed.get(plus ? `${license}+` : license)?.category ?? listed.get(license)?.category ?? 'unknown';
  return isCategory(category) ? category : 'unknown';
}

/** The reference under which a package that says "public domain" is kept: SPDX lists no licence for it. */
export const PUBLIC_DOMAIN = 'LicenseRef-public-domain';

/** An exception only grants: strong copyleft with one that is known, and is not strong itself, is weak. */
function withException(category: LicenceCategory, exception: string | undefined): LicenceCategory {
  if (exception === undefined || category !== 'copyleft') return category;
  const granted = listedExceptions.get(exception);
  return granted === 'weak-copyleft' || granted === 'permissive' ? 'weak-copyleft' : category;
}
