import { beginsGnuLicence, gnuLicence } from './gnu-licence.js';
import { isBeginning, licenceOfWords } from './known-names.js';
import { asksForMore } from './licence-category.js';
import { URL_LIKE } from './licence-of-url.js';
import { nameWords } from './name-words.js';
import { leavesOf, type Reading } from './reading.js';

/** Longer texts are looked through as far as this. */
const LONGEST_SEARCHED = 4_096;

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

interface Named {
  readonly ids: readonly string[];
  readonly length: number;
}

const longestAt = (words: readonly string[], at: number): Named | null => {
  const [gnu, known] = [gnuAt(words, at), knownAt(words, at)];
  const longest = (gnu?.length ?? 0) >= (known?.length ?? 0) ? gnu : known;
  return longest?.length === 1 && !isTelling(words[at] ?? '') ? null : longest;
};

/** Goes on as long as a known name begins like this. */
const knownAt = (words: readonly string[], at: number): Named | null => {
  let found: Named | null = null;
  for (let length = 1; isBeginning(words.slice(at, at + length)) && at + length <= words.length; length += 1) {
    const named = licenceOfWords(words.slice(at, at + length));
    if (named) found = { ids: idsOf(named), length };
  }
  return found;
};

/** Most words of a name of the GNU family: "GNU Library or Lesser General Public License 2.1 or at your option any later". */
const MOST_GNU_WORDS = 14;

const gnuAt = (words: readonly string[], at: number): Named | null => {
  const window = words.slice(at, at + MOST_GNU_WORDS);
  if (!GNU_BEGINNINGS.has(window[0] ?? '') || !beginsGnuLicence(window)) return null;
  for (let length = window.length; length > 0; length -= 1) {
    const named = gnuLicence(window.slice(0, length));
    if (named !== null) return { ids: idsOf(named), length };
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
