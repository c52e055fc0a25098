/** Words that say only that a licence or a version is named. */
const NOISE: ReadonlySet<string> = new Set(['the', 'license', 'licenses', 'version']);

/**
 * The words of a licence's name: case, punctuation, "the", "license" and "version" aside, `v2.0` is `2`. Two names of the
 * same words are one name; where SPDX gives them to two licences, neither is meant (known-names.ts).
 */
export const nameWords = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .replace(/['’‘"“”`]/g, '')
    .replaceAll('licence', 'license')
    .replaceAll('&', ' and ')
    .replace(/\b(?:version|ver|v)[\s.]*(?=\d)/g, ' ')
    .replace(/(\p{L}{2})v?(?=\d)/gu, '$1 ')
    .replace(/(?<=\d)\.(?=\d)/g, DOT)
    .replace(/[^\p{L}\p{M}\p{N}+\u0001]+/gu, ' ')
    .replaceAll('+', ' + ')
    .split(' ')
    .filter((word) => word !== '' && !NOISE.has(word))
    .map((word) => word.replace(TRAILING_ZEROS, '').replaceAll(DOT, '.'));

/** Stands for the dot within a number while all other dots are taken out. */
const DOT = '\u0001';
const TRAILING_ZEROS = /(?:\u00010)+$/;
