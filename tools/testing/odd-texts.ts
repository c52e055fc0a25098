import type { Chance } from './random-cases.js';

/** Texts that registries, people and attackers write where something else was meant. */
const PLAIN = [
  '',
  ' ',
  '\t',
  'a',
  'null',
  'undefined',
  'true',
  'NaN',
  '-0',
  '1e309',
  '0x10',
  '[object Object]',
  '..',
  '../../etc/passwd',
];
const CONTROL = [
  '\u0000',
  '\u0001',
  '\u0007',
  '\b',
  '\f',
  '\u001b[31m',
  '\u007f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\r\n',
  '\n',
];
const SURROGATES = ['\ud800', '\udfff', 'a\ud83d', '\ude00b', '\ude00\ud83d'];
const UNICODE = [
  '\u{1F600}',
  '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}',
  'e\u0301',
  '\u00e9',
  '\u202eexe.gpj',
  '\u0627\u0644\u0639\u0631\u0628\u064a\u0629',
  '\u200b',
  '\ufffd',
  '\u{10ffff}',
  '\ufb01',
  '\u0130',
  '\u00df',
  '\u1e9e',
  '\u4e2d\u6587',
];
const SYNTAX = [
  '{"a":1}',
  '[]',
  '{{',
  '${x}',
  '%s%n',
  '%zz',
  '%00',
  '%2F',
  '<script>',
  "'; DROP TABLE x; --",
  '\\u0000',
  '\\',
  '"',
  '`',
  '$1',
  '__proto__',
  'constructor',
  'toString',
];
const URLS = [
  'https://opensource.org/licenses/MIT',
  'http://',
  '//',
  'file:///etc/passwd',
  'pkg:npm/a@1',
  'data:,',
  'https://[::1]:99999/',
  'www.',
];
const LICENCES = [
  'MIT',
  'MIT/',
  '/',
  'MIT AND',
  'MIT OR (',
  'GPL-3.0-only AND LicenseRef-Proprietary-Addendum',
  'DocumentRef-x:LicenseRef-y',
  'GPL-2.0+ WITH Classpath-exception-2.0',
  'LicenseRef-',
  '+',
  'License :: OSI Approved :: BSD License',
  'License ::',
  'Apache 2.0 with Commons-Clause',
  '((((',
  'SEE LICENSE IN <file>',
];
const VERSIONS = [
  '1.0.0',
  '1.0',
  'v1',
  '1.0.0-rc.1+build',
  '1!2.0.post1.dev3+local',
  '2.6.0+cu118',
  'latest',
  '01.02.03',
  '1.0.0-',
  '.',
  '999999999999999999999.0.0',
  '1..0',
  '1.0-SNAPSHOT',
  'go1.21rc3',
  'v0.0.0-20210101000000-abcdefabcdef',
  '*',
  '>=1',
];
const INSTANTS = [
  '2026-02-30T00:00:00Z',
  '2026-02-28T24:00:00Z',
  '2026-06-30T23:59:60Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59-12:00',
  '0000-01-01T00:00:00+12:00',
  '+010000-01-01T00:00:00Z',
  '2026-01-01',
  '2026-01-01T00:00:00',
  '2026-01-01T00:00:00.123456789Z',
  '2262-04-12T00:00:00Z',
  '1677-01-01T00:00:00Z',
  '2026-01-01T00:00:00+23:59',
  '1767225600',
  'yesterday',
];
const DIGESTS = [
  `sha256:${'0a'.repeat(32)}`,
  `SHA256:${'0A'.repeat(32)}`,
  'sha256:',
  `md5:${'0'.repeat(32)}`,
  'a'.repeat(64),
];
const KINDS = [PLAIN, CONTROL, SURROGATES, UNICODE, SYNTAX, URLS, LICENCES, VERSIONS, INSTANTS, DIGESTS];
const LENGTHS = [2, 99, 100, 101, 255, 256, 300, 1_000, 2_048, 4_096, 4_097, 12_289];

/** A text of any kind: one of the lists, some of them joined, random code units, or a piece repeated up to some limit. */
export const oddText = (chance: Chance): string => {
  const piece = chance.pick(chance.pick(KINDS));
  switch (chance.below(10)) {
    case 0:
      return chance
        .listOf(6, () => chance.pick(chance.pick(KINDS)))
        .join(chance.pick(['', ' ', '/', ',', '-', ' OR ']));
    case 1:
      return String.fromCharCode(...chance.listOf(12, () => chance.below(0x10000)));
    case 2: {
      const length = chance.pick(LENGTHS);
      return (piece || 'x').repeat(Math.ceil(length / (piece.length || 1))).slice(0, length);
    }
    case 3:
      return ` ${piece} `;
    default:
      return piece;
  }
};

export const oddLicence = (chance: Chance): unknown => {
  const text = chance.happens(0.5) ? chance.pick(LICENCES) : oddText(chance);
  switch (chance.below(8)) {
    case 0:
      return { type: text, url: oddText(chance) };
    case 1:
      return chance.listOf(4, () => (chance.happens(0.5) ? oddText(chance) : { [oddText(chance)]: oddText(chance) }));
    case 2:
      return nested(text, chance.pick([1, 10, 60, 120, 1_500]), chance);
    case 3:
      return chance.pick([null, 1, true, {}, [], [[]], [null], { type: null }, { license: { id: 'MIT' } }]);
    default:
      return text;
  }
};

const nested = (text: string, depth: number, chance: Chance): unknown => {
  let inner: unknown = text;
  for (let level = 0; level < depth; level += 1) inner = chance.happens(0.5) ? [inner] : { type: inner };
  return inner;
};

export const oddInstant = (chance: Chance): string => (chance.happens(0.7) ? chance.pick(INSTANTS) : oddText(chance));
export const oddDigest = (chance: Chance): string => (chance.happens(0.7) ? chance.pick(DIGESTS) : oddText(chance));
export const oddVersion = (chance: Chance): string => (chance.happens(0.7) ? chance.pick(VERSIONS) : oddText(chance));
