import { gnuLicence } from './gnu-licence.js';
import { beginsName, licenceOfWords, MOST_WORDS } from './known-names.js';
import { asksForMore } from './licence-category.js';
import { URL_LIKE } from './licence-of-url.js';
import { nameWords } from './name-words.js';
import { leavesOf, type Reading } from './reading.js';

/** Longer texts are looked through as far as this. */
const LONGEST_SEARCHED = 4_096;

/** Most words of a name of the GNU family: "GNU Library or Lesser General Public License 2.1 or at your option any later". */
const MOST_SEARCHED = Math.max(MOST_WORDS, 14);

/**
 * The licences that ask for more than notice and are named within a text that is not understood, longest name first. They
 * count for whoever holds copyleft; a mild one among them promises nothing, so it is left out. Of an address that is not
 * known the words say nothing of what lies there.
 */
export const licencesWithin = (text: string): readonly string[] => {
  if (URL_LIKE.test(text)) return [];
  const words = nameWords(text.slice(0, LONGEST_SEARCHED));
  const found = new Set<string>();
  for (let at = 0; at < words.length;) {
    const named = longestAt(words, at);
    for (const id of named?.ids ?? []) if (asksForMore(id)) found.add(id);
    at += named?.length ?? 1;
  }
  return [...found].sort();
};

const longestAt = (words: readonly string[], at: number): { ids: readonly string[]; length: number } | null => {
  const [first = ''] = words.slice(at, at + 1);
  const gnu = GNU_BEGINNINGS.has(first);
  if (!gnu && !beginsName(first)) return null;
  for (let length = Math.min(MOST_SEARCHED, words.length - at); length > 0; length -= 1) {
    const window = words.slice(at, at + length);
    const named = (gnu ? gnuLicence(window) : null) ?? licenceOfWords(window);
    if (named && (length > 1 || isTelling(window[0] ?? ''))) return { ids: idsOf(named), length };
  }
  return null;
};

const GNU_BEGINNINGS: ReadonlySet<string> = new Set(['gnu', 'gpl', 'lgpl', 'agpl', 'affero', 'lesser', 'library']);

/** "fair" and "ruby" are words before they are licences. */
const isTelling = (word: string): boolean => /^(?:[al]?gpl|[a-z]*pl|[a-z]*sl|cddl|cecill|sspl|qpl)$/.test(word);

const idsOf = (reading: Reading): readonly string[] =>
  leavesOf(reading).flatMap((leaf) => {
    if ('unread' in leaf) return [];
    return 'oneOf' in leaf ? leaf.oneOf : [leaf.license];
  });
