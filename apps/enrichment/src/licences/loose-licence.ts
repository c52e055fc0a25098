import { gnuLicence } from './gnu-licence.js';
import { exceptionOfWords, licenceOfClassifier, licenceOfFullName, licenceOfWords } from './known-names.js';
import { licenceOfText, LONGEST_NAME } from './licence-texts.js';
import { licenceOfUrl, URL_LIKE } from './licence-of-url.js';
import { nameWords } from './name-words.js';
import { agreed, joined, type Reading } from './reading.js';
import { parseExpression } from './spdx-expression.js';

/**
 * What somebody means who writes a licence not as SPDX has it: a name, an address, a whole text, or a list of these. A
 * name counts when it stands there with all of its words and no other: what is added may change the licence.
 */
export const readLicence = (text: string): Reading => {
  const said = text
    .trim()
    .replace(/[\s/,;.]+$/, '')
    .replace(RELEASED, '');
  return (
    licenceOf(said) ?? (said.length > LONGEST_NAME ? licenceOfText(text) : readList(said)) ?? { unread: text.trim() }
  );
};

/** The days that the GNU and Apache licences carry beneath their titles. */
const RELEASED = /,?\s+(?:\d{1,2}\s+)?(?:january|february|june|november)\s+(?:1989|1991|1999|2004|2007)$/i;

/** One licence, by the first of the ways that knows it. */
const licenceOf = (text: string): Reading | null => {
  if (text === '') return null;
  if (/^license ::/i.test(text)) return licenceOfClassifierOrName(text);
  if (URL_LIKE.test(text)) return licenceOfUrl(text);
  return parseExpression(text) ?? namedLicence(text);
};

const licenceOfClassifierOrName = (text: string): Reading | null => {
  const known = licenceOfClassifier(text);
  return known === undefined ? licenceOf(text.split('::').at(-1)?.trim() ?? '') : known;
};

const namedLicence = (text: string): Reading | null => {
  if (text.length > LONGEST_NAME) return licenceOfFullName(text);
  return licenceOfFullName(text) ?? withException(text) ?? namedByWords(text) ?? twiceNamed(text);
};

const namedByWords = (text: string): Reading | null => {
  const words = nameWords(text);
  return gnuLicence(words) ?? licenceOfWords(words) ?? null;
};

/** "GPL v2 with Classpath exception" */
const withException = (text: string): Reading | null => {
  const [, before = '', after = ''] = /^(.+?),?\s+(?:with|w\/)\s+(.+)$/i.exec(text) ?? [];
  const exception = after === '' ? null : exceptionOfWords(nameWords(after));
  const licence = exception === null ? null : licenceOf(before);
  if (licence === null || exception === null || !('license' in licence) || licence.exception !== undefined) return null;
  return { ...licence, exception };
};

/** "MIT License (MIT)" says it twice, "(EUPL 1.2)" once. */
const twiceNamed = (text: string): Reading | null => {
  const [, before = '', within = ''] = /^(.*)[([]([^()[\]]+)[)\]]$/.exec(text) ?? [];
  const second = within === '' ? null : licenceOf(within.trim());
  if (second === null || before.trim() === '') return second;
  const first = licenceOf(before.trim());
  return first === null ? null : (agreed(first, second) ?? leastVersion(first, second));
};

/** "GNU General Public License (GPL-3.0)": whoever names no version first and one in brackets means that one. */
const leastVersion = (first: Reading, second: Reading): Reading | null => {
  if (!('license' in first) || !('license' in second)) return null;
  const [, family] = /^([AL]?GPL)-(?:1\.0|2\.0|3\.0)-or-later$/.exec(first.license) ?? [];
  return family !== undefined && !/\d/.test(family) && second.license.startsWith(`${family}-`) ? second : null;
};

/** "or any later version" is no choice between two licences. */
const LATER = /\b(?:or|and)(?=\s+(?:\(?at your option\)?\s+)?(?:any\s+)?(?:later|newer|greater|higher|above)\b)/gi;
const HIDDEN = { or: '\u0002', and: '\u0003' } as const;
const hidden = (text: string): string =>
  text.replace(LATER, (word) => (word.toLowerCase() === 'or' ? HIDDEN.or : HIDDEN.and));
const shown = (text: string): string => text.replaceAll(HIDDEN.or, 'or').replaceAll(HIDDEN.and, 'and');

const JOINT = /\s*[,;]?\s+(and\/or|and|or)\s+|\s*(\/|\|+|&+|[,;\n]+)\s*/i;

/**
 * Licences joined by words or signs. "/" and "or" give a choice, as crates and npm packages have written it; "and" binds to
 * all; so does a comma, which says neither. Several kinds in one text say nothing for sure, nor does a list with a part
 * that is no licence.
 */
const readList = (text: string): Reading | null => {
  if (URL_LIKE.test(text) || text.includes('://')) return null;
  const [first = '', ...rest] = hidden(text).split(JOINT_SPLIT);
  const joints = rest.filter((_, index) => index % 2 === 0);
  if (joints.length === 0) return null;
  const parts = [first, ...rest.filter((_, index) => index % 2 === 1)].map(shown);
  const conjunction = conjunctionOf(joints);
  const read = parts.flatMap((part) => licenceOf(part.trim()) ?? []);
  return conjunction === null || read.length < parts.length ? null : joined(read, conjunction);
};

/** One group, so that what joins stands between what it joins. */
const JOINT_SPLIT = new RegExp(`(${JOINT.source.replaceAll(/\((?!\?)/g, '(?:')})`, 'i');

const conjunctionOf = (joints: readonly string[]): 'and' | 'or' | null => {
  const kinds = new Set(joints.map((joint) => joint.replaceAll(/[\s,;]+/g, '').toLowerCase()));
  kinds.delete('');
  if (kinds.size > 1) return null;
  const [kind = 'and'] = kinds;
  return kind === 'or' || kind === '/' || kind.startsWith('|') ? 'or' : 'and';
};
