import type { Reading } from './reading.js';
import { listedLicence } from './spdx-list.js';

/** Whoever names no version allows every published one: GNU GPL, section 9 of version 2 and 14 of version 3. */
const EARLIEST = { A: 'AGPL-3.0-or-later', L: 'LGPL-2.0-or-later', '': 'GPL-1.0-or-later' } as const;

const LATER = [
  String.raw`\+`,
  String.raw`(?:or|and) (?:at your option )?(?:any )?(?:later|newer|greater|higher|above)(?: versions?)?`,
].join('|');

/** The words (name-words.ts) of a licence of the GNU family, all of them. */
const NAME =
  `^(?:gnu )?(?:(a|l)?gpl|(affero|lesser|library|library or lesser) gpl|(?:(?<=gnu )|(?=affero|lesser|library))` +
  `(?:(affero|lesser|library|library or lesser) )?general public)`;

const GNU = new RegExp(`${NAME}(?: (?<version>1|2|2\\.1|3))?(?: (?:(?<later>${LATER})|(?<only>only)))?$`);

const BEGINS = new RegExp(`${NAME}(?: |$)`);

/** Whether these words begin with the name of a licence of the GNU family. */
export const beginsGnuLicence = (words: readonly string[]): boolean => BEGINS.test(words.join(' '));

/** The licence of the GNU family that these words name, no word left over; null for any other. */
export const gnuLicence = (words: readonly string[]): Reading | null => {
  const found = GNU.exec(words.join(' '));
  if (found === null) return null;
  const [, letter, before, between] = found;
  const family = familyOf(letter ?? before ?? between ?? '');
  const { version, later, only } = found.groups ?? {};
  if (version === undefined) return only === undefined ? { license: EARLIEST[family] } : null;
  const grant = later === undefined ? 'only' : 'or-later';
  // The Lesser GPL began at 2.1, and "LGPL 2" is said of it as often as of the Library GPL, which is 2.0.
  if (family === 'L' && version === '2' && !/library/.test(before ?? between ?? ''))
    return { oneOf: [`LGPL-2.0-${grant}`, `LGPL-2.1-${grant}`] };
  const id = `${family}GPL-${version.includes('.') ? version : `${version}.0`}-${grant}`;
  return listedLicence(id) === id && id !== `AGPL-1.0-${grant}` ? { license: id } : null;
};

const familyOf = (said: string): keyof typeof EARLIEST => {
  if (said === 'a' || said === 'affero') return 'A';
  return said === '' ? '' : 'L';
};
