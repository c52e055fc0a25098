import type { Reading } from './reading.js';

/** Longer than a name: these are licence texts. */
export const LONGEST_NAME = 100;

const MIT_GRANT = `permission is hereby granted free of charge to any person obtaining a copy of this software and associated
 documentation files the software to deal in the software without restriction including without limitation the rights to
 use copy modify merge publish distribute sublicense and or sell copies of the software and to permit persons to whom the
 software is furnished to do so`;
const MIT_NOTICE = `subject to the following conditions the above copyright notice and this permission notice shall be
 included in all copies or substantial portions of the software`;
const MIT_WARRANTY = `the software is provided as is without warranty of any kind express or implied including but not
 limited to the warranties of merchantability fitness for a particular purpose and noninfringement in no event shall the
 authors or copyright holders be liable for any claim damages or other liability whether in an action of contract tort or
 otherwise arising from out of or in connection with the software or the use or other dealings in the software`;
const ISC_GRANT = `permission to use copy modify and or distribute this software for any purpose with or without fee is hereby
 granted`;
const ISC_NOTICE = `provided that the above copyright notice and this permission notice appear in all copies`;
const ISC_WARRANTY = `the software is provided as is and the author disclaims all warranties with regard to this software
 including all implied warranties of merchantability and fitness in no event shall the author be liable for any special
 direct indirect or consequential damages or any damages whatsoever resulting from loss of use data or profits whether in
 an action of contract negligence or other tortious action arising out of or in connection with the use or performance of
 this software`;
const BSD_GRANT = `redistribution and use in source and binary forms with or without modification are permitted provided that
 the following conditions are met redistributions of source code must retain the above copyright notice this list of
 conditions and the following disclaimer redistributions in binary form must reproduce the above copyright notice this list
 of conditions and the following disclaimer in the documentation and or other materials provided with the distribution`;
const BSD_NAMES = `neither the name of ANYONE nor the names of its contributors may be used to endorse or promote products
 derived from this software without specific prior written permission`;
const BSD_WARRANTY = `this software is provided by ANYONE as is and any express or implied warranties including but not limited
 to the implied warranties of merchantability and fitness for a particular purpose are disclaimed in no event shall ANYONE
 be liable for any direct indirect incidental special exemplary or consequential damages including but not limited to
 procurement of substitute goods or services loss of use data or profits or business interruption however caused and on any
 theory of liability whether in contract strict liability or tort including negligence or otherwise arising in any way out
 of the use of this software even if advised of the possibility of such damage`;
const APACHE_NOTICE = `licensed under the apache license version 2 0 the license you may not use this file except in compliance
 with the license you may obtain a copy of the license at http www apache org licenses license 2 0 unless required by
 applicable law or agreed to in writing software distributed under the license is distributed on an as is basis without
 warranties or conditions of any kind either express or implied see the license for the specific language governing
 permissions and limitations under the license`;

const TEXTS: readonly (readonly [id: string, ...parts: readonly string[]])[] = [
  ['MIT', MIT_GRANT, MIT_NOTICE, MIT_WARRANTY],
  ['MIT-0', MIT_GRANT, MIT_WARRANTY],
  ['ISC', ISC_GRANT, ISC_NOTICE, ISC_WARRANTY],
  ['0BSD', ISC_GRANT, ISC_WARRANTY],
  ['BSD-2-Clause', BSD_GRANT, BSD_WARRANTY],
  ['BSD-3-Clause', BSD_GRANT, BSD_NAMES, BSD_WARRANTY],
  ['Apache-2.0', APACHE_NOTICE],
];

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** Names of holders take up to 12 words; numbers and letters of a list stand between its entries. */
const ANYONE = String.raw`(?:\S+ ){0,11}\S+`;
const ENTRY = /\b(?:redistributions of source|redistributions in binary|neither the name)\b/g;

const wholeText = (parts: readonly string[]): RegExp =>
  new RegExp(
    `^${plain(parts.join(' '))
      .replace(ENTRY, (entry) => `(?:[1-3abci]+ )?${entry}`)
      .replaceAll('anyone', ANYONE)
      .replace('license 2 0 unless', 'license 2 0 (?:txt |html )?unless')}$`,
  );

const whole = TEXTS.map(([id, ...parts]) => ({ id, pattern: wholeText(parts) }));

const TITLE =
  /^\W*(?:the\s+)?(?:mit|isc|bsd|apache|expat|(?:bsd\W+)?[023]-clause|new|simplified)(?:\s+bsd)?(?:\s+2\.0)?\s+licen[sc]e\W*(?:\((?:mit|isc|bsd|expat)\))?\W*$/i;
const COPYRIGHT = /copyright|\(c\)|\u00a9/i;
const TERMS =
  /\b(?:licen[sc]|commercial|use[sd]?\b|usage|permi|restrict|forbid|prohibit|claus|condition|only\b|not\b|except)/i;

/** What may stand above a licence text: its title, the copyright, and that all rights are reserved. */
const isHeading = (line: string): boolean =>
  /^\W*(?:all rights reserved)?\W*$/i.test(line) ||
  TITLE.test(line) ||
  (line.length <= 200 && COPYRIGHT.test(line) && !TERMS.test(line));

/**
 * The licence whose text this is, from the first word to the last; null for any other, also for one that was cut: whatever
 * stands in it beside a licence's own words may change the licence.
 */
export const licenceOfText = (text: string): Reading | null => {
  const body = bodyBelowHeadings(text);
  const found = body === null ? undefined : whole.find(({ pattern }) => pattern.test(body));
  return found === undefined ? null : { license: found.id };
};

const bodyBelowHeadings = (text: string): string | null => {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => /^\W*(?:permission|redistribution|licensed under)\b/i.test(line));
  return first !== -1 && lines.slice(0, first).every(isHeading) ? plain(lines.slice(first).join(' ')) : null;
};
