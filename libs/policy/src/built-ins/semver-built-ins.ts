import { ofStrings } from './built-in.js';
import type { BuiltIns } from './built-in.js';
import { regoNumber } from './rego-value.js';

type Version = { readonly numbers: readonly bigint[]; readonly preRelease: string };

const identifiers = /^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/;
const largest = 2n ** 63n - 1n;

const parseNumbers = (text: string): readonly bigint[] | undefined => {
  if (!/^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/.test(text)) return undefined;
  const numbers = text.split('.').map(BigInt);
  return numbers.every((number) => number <= largest) ? numbers : undefined;
};

const cut = (text: string, at: string): readonly [string, string | undefined] => {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
};

/** Source: OPA, internal/semver: SemVer 2.0.0 with an optional leading `v`. */
const parseVersion = (text: string): Version | undefined => {
  const [withoutMetadata, metadata] = cut(text.replace(/^v/, ''), '+');
  if (metadata !== undefined && !identifiers.test(metadata)) return undefined;
  const [release, preRelease] = cut(withoutMetadata, '-');
  if (preRelease !== undefined && !identifiers.test(preRelease)) return undefined;
  if (preRelease?.split('.').some((part) => /^0\d+$/.test(part)) === true) return undefined;
  const numbers = parseNumbers(release);
  return numbers && { numbers, preRelease: preRelease ?? '' };
};

const order = <T extends bigint | string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const compareIdentifiers = (a: string, b: string): number => {
  const numeric = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numeric[0] !== numeric[1]) return numeric[0] === true ? -1 : 1;
  return numeric[0] === true ? order(BigInt(a), BigInt(b)) : order(a, b);
};

const comparePreReleases = (a: string, b: string): number => {
  if (a === '' || b === '') return order(b.length > 0 ? 1 : 0, a.length > 0 ? 1 : 0);
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const found = compareIdentifiers(left[index] ?? '', right[index] ?? '');
    if (found !== 0) return found;
  }
  return order(left.length, right.length);
};

const compareVersions = (a: Version, b: Version): number => {
  const found = a.numbers.map((number, index) => order(number, b.numbers[index] ?? 0n)).find((result) => result !== 0);
  return found ?? comparePreReleases(a.preRelease, b.preRelease);
};

/** `semver.*` by SemVer 2.0.0. */
export const semverBuiltIns: BuiltIns = {
  'semver.compare': ofStrings((left, right) => {
    const [a, b] = [parseVersion(left ?? ''), parseVersion(right ?? '')];
    return a && b && regoNumber(compareVersions(a, b));
  }),
  'semver.is_valid': ([version]) => typeof version === 'string' && parseVersion(version) !== undefined,
};
