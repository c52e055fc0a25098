import type { Chance } from './random-cases.js';

/** A package as its parts, for texts that name it. */
export interface PartsOfPurl {
  readonly type: string;
  readonly namespace: readonly string[];
  readonly name: string;
  readonly version: string;
  readonly qualifiers: Readonly<Record<string, string>>;
}

const SEEDS: readonly Omit<PartsOfPurl, 'version' | 'qualifiers'>[] = [
  { type: 'npm', namespace: [], name: 'jsonpath' },
  { type: 'npm', namespace: [], name: 'JSONPath' },
  { type: 'npm', namespace: ['@angular'], name: 'core' },
  { type: 'golang', namespace: ['github.com', 'BurntSushi'], name: 'toml' },
  { type: 'maven', namespace: ['org.apache.commons'], name: 'commons-lang3' },
  { type: 'rpm', namespace: ['fedora'], name: 'libstdc++' },
  { type: 'deb', namespace: ['debian'], name: 'g++' },
  { type: 'conan', namespace: ['openssl.org'], name: 'openssl' },
  { type: 'generic', namespace: ['a b', 'é'], name: 'n:a~m%e' },
  { type: 'cargo', namespace: [], name: 'serde_json' },
  { type: 'nuget', namespace: [], name: 'Newtonsoft.Json' },
  { type: 'docker', namespace: ['library'], name: 'nginx' },
];
const VERSIONS = [
  '1.0.0',
  '2.0.0+incompatible',
  '1.0.0-rc.1+build.5',
  '1:7.50.3-1.fc25',
  'v1@x',
  '1 2',
  '1/2',
  '(devel)!',
];
const QUALIFIERS: readonly (readonly [string, readonly string[]])[] = [
  ['arch', ['x86_64', 'i386']],
  ['distro', ['fedora-25', 'fedora+26']],
  ['repository_url', ['https://example.com/a?b=c&d', 'docker.io/library']],
  ['classifier', ['sources']],
  ['channel', ['stable', 'é']],
];

export const randomParts = (chance: Chance): PartsOfPurl => ({
  ...chance.pick(SEEDS),
  version: chance.pick(VERSIONS),
  qualifiers: Object.fromEntries(chance.someOf(QUALIFIERS, 2).map(([key, values]) => [key, chance.pick(values)])),
});

/** What may stand as it is in each part by the specification's parser; all else must be percent-encoded. */
const plainIn = (part: 'names' | 'version' | 'value'): RegExp =>
  part === 'names' ? /[^%/?#@\s\p{Cc}]/u : part === 'version' ? /[^%@?#\s\p{Cc}]/u : /[^%&#\s\p{Cc}]/u;

const spelled = (text: string, part: Parameters<typeof plainIn>[0], chance: Chance): string =>
  Array.from(text)
    .map((sign) => (plainIn(part).test(sign) && chance.happens(0.7) ? sign : encoded(sign, chance)))
    .join('');

const encoded = (sign: string, chance: Chance): string =>
  [...Buffer.from(sign)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .map((hex) => `%${chance.happens(0.5) ? hex.toUpperCase() : hex}`)
    .join('');

const inSomeCase = (text: string, chance: Chance): string =>
  Array.from(text)
    .map((sign) => (chance.happens(0.3) ? sign.toUpperCase() : sign))
    .join('');

/** One of the many texts that the specification's parser reads as these parts. */
export const randomSpelling = ({ type, namespace, name, version, qualifiers }: PartsOfPurl, chance: Chance): string => {
  const slashes = (most: number) => '/'.repeat(chance.below(most + 1));
  const names = [...namespace, name].map((segment, index) =>
    type === 'npm' && index === 0 && segment.startsWith('@') && chance.happens(0.5)
      ? `@${spelled(segment.slice(1), 'names', chance)}`
      : spelled(segment, 'names', chance),
  );
  const pairs = [
    ...Object.entries(qualifiers).map(
      ([key, value]) => `${inSomeCase(key, chance)}=${spelled(value, 'value', chance)}`,
    ),
    ...(chance.happens(0.2) ? ['empty='] : []),
    ...(chance.happens(0.2) ? ['vcs_url=git%2Bhttps://example.com/x'] : []),
  ];
  const query = pairs.toSorted(() => chance.next() - 0.5).join('&');
  return [
    chance.pick(['pkg:', 'PKG:', 'pkg:/', 'pkg://']),
    `${inSomeCase(type, chance)}/${slashes(2)}${names.join(chance.happens(0.2) ? '//' : '/')}${slashes(1)}`,
    `@${spelled(version, 'version', chance)}`,
    query === '' ? chance.pick(['', '?']) : `?${query}`,
    chance.pick(['', '', '#', '#/a//b/', '#..']),
  ].join('');
};
