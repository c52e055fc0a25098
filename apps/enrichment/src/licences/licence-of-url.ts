import { listedId } from './licence-category.js';

/** What registries carry where a package gives a link instead of a licence. */
export const URL_LIKE = /^\s*(?:[a-z][a-z\d+.-]*:\/\/|www\.)/i;

const PLACES: readonly (readonly [RegExp, (...found: readonly string[]) => string])[] = [
  [
    /^(?:opensource\.org\/licen[sc]es?|spdx\.org\/licenses|choosealicense\.com\/licenses)\/([\w.+-]+)$/,
    (id = '') => id,
  ],
  [/^apache\.org\/licenses\/license-([\d.]+)$/, (version = '') => `Apache-${version}`],
  [
    /^gnu\.org\/(?:licen[sc]es|copyleft)\/(?:old-licenses\/)?(a|l)?gpl-(\d\.\d)$/,
    (letter = '', version = '') => `${letter.toUpperCase()}GPL-${version}-only`,
  ],
  [/^mozilla\.org\/(?:[a-z]{2}-[a-z]{2}\/)?mpl\/(\d\.\d)$/, (version = '') => `MPL-${version}`],
  [/^eclipse\.org\/legal\/epl-(?:v(\d)0|(\d)\.0)$/, (old, version) => `EPL-${old ?? version ?? ''}.0`],
  [/^creativecommons\.org\/publicdomain\/zero\/1\.0$/, () => 'CC0-1.0'],
  [
    /^creativecommons\.org\/licenses\/([a-z-]+)\/(\d\.\d)$/,
    (terms = '', version = '') => `CC-${terms.toUpperCase()}-${version}`,
  ],
  [/^unlicense\.org$/, () => 'Unlicense'],
];

/** What two addresses of one page may differ in. */
const EDGES = [/^https?:\/\//, /^www\./, /[?#].*$/, /\/+$/, /\.(?:html?|php|txt|json)$/];

/** The licence at an address whose owner is known for it; null for any other: what lies there cannot be known. */
export const licenceOfUrl = (text: string): string | null => {
  const address = EDGES.reduce((rest, edge) => rest.replace(edge, ''), text.trim().toLowerCase());
  for (const [place, licenceAt] of PLACES) {
    const found = place.exec(address);
    if (found !== null) return listedId(licenceAt(...found.slice(1)));
  }
  return null;
};
