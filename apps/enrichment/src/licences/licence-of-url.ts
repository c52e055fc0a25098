import addresses from './licence-addresses.json' with { type: 'json' };
import { gnuLicence } from './gnu-licence.js';
import type { Reading } from './reading.js';
import { parseExpression } from './spdx-expression.js';
import { listedLicence } from './spdx-list.js';

/** What registries carry where a package gives a link instead of a licence. */
export const URL_LIKE = /^\s*(?:[a-z][a-z\d+.-]*:\/\/|www\.)/i;

/** Addresses that SPDX lists for one licence alone, at places that keep a licence where it is. */
const listedAddresses: ReadonlyMap<string, string> = new Map(Object.entries(addresses));

const listed = (id: string): Reading | null => {
  const found = listedLicence(id);
  return found === null ? null : parseExpression(found);
};

/** OSI writes the dots of a version as dashes: /license/gpl-3-0. */
const osiLicence = (slug: string): Reading | null => listed(slug) ?? listed(slug.replace(/-(\d)-(\d)$/, '-$1.$2'));

/** Pages that OSI has kept since 1999 under names of their own. */
const OSI_PAGES: ReadonlyMap<string, string> = new Map([
  ['mit-license', 'MIT'],
  ['isc-license', 'ISC'],
  ['isc-license-txt', 'ISC'],
  ['bsd-license', 'BSD-2-Clause'],
  ['apache2.0', 'Apache-2.0'],
  ['apache2-0-php', 'Apache-2.0'],
  ['apachepl-1.1', 'Apache-1.1'],
  ['gpl-license', 'GPL-2.0-only'],
  ['lgpl-license', 'LGPL-2.1-only'],
  ['agpl-v3', 'AGPL-3.0-only'],
  ['mozilla1.0', 'MPL-1.0'],
  ['mozilla1.1', 'MPL-1.1'],
  ['eclipse-1.0', 'EPL-1.0'],
  ['cpl1.0', 'CPL-1.0'],
  ['cddl1', 'CDDL-1.0'],
  ['zlib-license', 'Zlib'],
  ['artistic-license-2-0-php', 'Artistic-2.0'],
  ['historical', 'HPND'],
]);

const PLACES: readonly (readonly [RegExp, (...found: readonly string[]) => Reading | null])[] = [
  [/^(?:spdx\.org\/licenses|choosealicense\.com\/licenses)\/([\w.+-]+)$/, (id = '') => listed(id)],
  [/^opensource\.org\/licen[sc]es?\/([\w.+-]+)$/, (slug = '') => listed(OSI_PAGES.get(slug) ?? '') ?? osiLicence(slug)],
  [/^apache\.org\/licenses\/license-([\d.]+)$/, (version = '') => listed(`Apache-${version}`)],
  [
    /^gnu\.org\/(?:licen[sc]es|copyleft)\/(?:old-licenses\/)?((?:a|l)?gpl)(?:-(?:v)?(\d(?:\.\d)?))?(?:-standalone)?$/,
    (family = '', version = '') =>
      listed(`${family}-${version}-only`) ?? gnuLicence([family, version].filter((word) => word !== '')),
  ],
  [/^mozilla\.org\/(?:[a-z]{2}-[a-z]{2}\/)?mpl\/(?:mpl-)?(\d\.\d)$/, (version = '') => listed(`MPL-${version}`)],
  [/^eclipse\.org\/legal\/epl-(?:v(\d)0|(\d)\.0)$/, (old, version) => listed(`EPL-${old ?? version ?? ''}.0`)],
  [/^eclipse\.org\/(?:org\/documents|licenses)\/edl-v10$/, () => listed('BSD-3-Clause')],
  [/^creativecommons\.org\/publicdomain\/zero\/1\.0$/, () => listed('CC0-1.0')],
  [
    /^creativecommons\.org\/licenses\/([a-z-]+)\/(\d\.\d)(?:\/([a-z]{2,3}))?$/,
    (terms = '', version = '', place = '') => listed(`CC-${terms}-${version}${place === '' ? '' : `-${place}`}`),
  ],
  [/^unlicense\.org$/, () => listed('Unlicense')],
];

/** What two addresses of one page may differ in: scheme, query, ending, language, the page of the text. */
const EDGES = [
  /^https?:\/\//,
  /^www\./,
  /[?#].*$/,
  /\/+$/,
  /(?<=\/.*)\.(?:html?|php|txt|json|md|rdf)$/,
  /(?<=\/.*)\.[a-z]{2}(?:-[a-z]{2})?$/,
  /(?<=\/.*)\/(?:legalcode|deed)$/,
];

const plainAddress = (text: string): string =>
  EDGES.reduce((rest, edge) => rest.replace(edge, ''), text.trim().toLowerCase());

/** The licence at an address whose owner is known for it; null for any other: what lies there cannot be known. */
export const licenceOfUrl = (text: string): Reading | null => {
  const address = plainAddress(text);
  for (const [place, licenceAt] of PLACES) {
    const found = place.exec(address);
    const licence = found === null ? null : licenceAt(...found.slice(1));
    if (licence !== null) return licence;
  }
  return listed(listedAddresses.get(address) ?? '');
};
