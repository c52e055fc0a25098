import { licenceOfUrl, URL_LIKE } from './licence-of-url.js';
import { isLicence, nearestLicence } from './nearest-licence.js';
import { PUBLIC_DOMAIN } from './licence-category.js';

/** Longer texts are licence texts, in which spdx-correct finds whatever name happens to occur. */
const MAX_NAME = 100;

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['expat', 'MIT'],
  ['isc license (iscl)', 'ISC'],
  ['public domain', PUBLIC_DOMAIN],
  ['python software foundation license', 'PSF-2.0'],
]);

/** The SPDX expression that a package most likely means by what it wrote; null when that would be a guess too far. */
export function correctLicence(text: string): string | null {
  if (URL_LIKE.test(text)) return licenceOfUrl(text);
  if (text.length > MAX_NAME) return licenceOfText(text);
  const alias = ALIASES.get(text.toLowerCase());
  if (alias !== undefined) return alias;
  if (/commons clause|additional terms|modified|not |\b(?:and|or|with)$/i.test(text)) return null;
  return eitherOf(text) ?? gnuLicence(text) ?? sameVersion(text, nearestLicence(text));
}

/** Old crates and npm packages write MIT/Apache-2.0 for a choice. MIT/X11 is one licence. */
function eitherOf(text: string): string | null {
  const parts = text.split(/\s*\/\s*|\s+or\s+/i).filter((part) => !/^x11$/i.test(part));
  if (parts.length < 2 || /\blater\b/i.test(text)) return null;
  const ids = parts.map((part) => gnuLicence(part) ?? sameVersion(part, nearestLicence(part)));
  return ids.every((id) => id !== null) ? ids.join(' OR ') : null;
}

/** Whoever names no version allows every published one: GNU GPL, section 9 of version 2 and 14 of version 3. */
const EARLIEST: Readonly<Record<string, string>> = {
  GPL: 'GPL-1.0-or-later',
  LGPL: 'LGPL-2.0-or-later',
  AGPL: 'AGPL-3.0-or-later',
};

/** spdx-correct turns "GPL v2 with Classpath exception" into GPL-3.0-or-later; the GNU licences are read here. */
function gnuLicence(text: string): string | null {
  const [, letter = ''] =
    /\b(a|l)?gpl/i.exec(text) ?? /\b(a)ffero\b|\b(?:l)esser general public|gnu general public/i.exec(text) ?? [];
  const [, major, minor = '0'] = /(?:v|version|gpl|license|[\s-])\s*\.?([123])(?:\.(\d))?/i.exec(text) ?? [];
  if (!/gpl|affero|general public/i.test(text)) return null;
  const family = `${/lesser/i.test(text) ? 'L' : letter.toUpperCase()}GPL`;
  if (major === undefined) return EARLIEST[family] ?? null;
  const later = /\+|later|newer/i.test(text) ? 'or-later' : 'only';
  return `${family}-${major}.${minor}-${later}${/classpath/i.test(text) ? ' WITH Classpath-exception-2.0' : ''}`;
}

/** spdx-correct turns "Eclipse Public License - v 2.0" into EPL-1.0: another version is another licence. */
function sameVersion(text: string, id: string | null): string | null {
  const [stated] = /\d+/.exec(text) ?? [];
  const [found] = /\d+/.exec(id ?? '') ?? [];
  if (id === null || stated === undefined || found === undefined || stated === found) return id;
  return text.includes('0') || id.startsWith('BSD') ? withVersion(id, found, stated) : null;
}

const withVersion = (id: string, found: string, stated: string): string | null => {
  const other = id.replace(found, stated);
  return isLicence(other) ? other : null;
};

const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/permission is hereby granted, free\s+of charge[^]*to deal\s+in the software/i, 'MIT'],
  [/apache license[^]{0,40}version 2\.0/i, 'Apache-2.0'],
  [/redistribution and use in source and binary forms[^]*(?:neither the name|names of)/i, 'BSD-3-Clause'],
  [/redistribution and use in source and binary forms/i, 'BSD-2-Clause'],
  [/permission to use, copy, modify, and(?:\/or)? distribute/i, 'ISC'],
  [/gnu affero general public license[^]{0,40}version 3/i, 'AGPL-3.0-only'],
  [/gnu lesser general public license[^]{0,40}version 3/i, 'LGPL-3.0-only'],
  [/gnu general public license[^]{0,40}version 3/i, 'GPL-3.0-only'],
  [/gnu general public license[^]{0,40}version 2/i, 'GPL-2.0-only'],
  [/mozilla public license[^]{0,40}2\.0/i, 'MPL-2.0'],
];

const licenceOfText = (text: string): string | null => TEXTS.find(([phrase]) => phrase.test(text))?.[1] ?? null;
