import semver, { type SemVer } from 'semver';
import type { Ecosystem } from '@weir/contracts';
import { compareMavenVersions, type MavenVersion, parseMavenVersion } from './maven-version.js';
import { parseGoVersion } from './go-version.js';
import { parseNpmVersion } from './npm-version.js';
import {
  comparePep440ToBound,
  comparePep440Versions,
  parsePep440Version,
  type Pep440Version,
} from './pep440-version.js';
import { compareSemanticVersions, parseSemanticVersion, type SemanticVersion } from './semantic-version.js';

/** A version, read once so that it can be compared often. */
export type Version =
  | { readonly order: 'pep440'; readonly text: string; readonly parsed: Pep440Version }
  | { readonly order: 'npm'; readonly text: string; readonly parsed: SemVer }
  | { readonly order: 'semver'; readonly text: string; readonly parsed: SemanticVersion }
  | { readonly order: 'maven'; readonly text: string; readonly parsed: MavenVersion }
  /** Its ecosystem has no place for it: it comes before all others, as PyPI's legacy versions do. */
  | { readonly order: 'none'; readonly text: string };

/** Never fails: what cannot be read has order `none`. */
export function readVersion(ecosystem: Ecosystem, text: string): Version {
  switch (ecosystem) {
    case 'PyPI':
      return pep440Version(text, parsePep440Version(text));
    case 'Maven':
      return mavenVersion(text, parseMavenVersion(text));
    case 'npm':
      return npmVersion(text, parseNpmVersion(text));
    case 'Go':
      return semanticVersion(text, parseGoVersion(text));
    case 'crates.io':
      return semanticVersion(text, parseSemanticVersion(text));
    default: {
      const unknown: never = ecosystem;
      throw new Error(`No version order for ecosystem ${String(unknown)}`);
    }
  }
}

const pep440Version = (text: string, parsed: Pep440Version | null): Version =>
  parsed === null ? { order: 'none', text } : { order: 'pep440', text, parsed };

const mavenVersion = (text: string, parsed: MavenVersion | null): Version =>
  parsed === null ? { order: 'none', text } : { order: 'maven', text, parsed };

const npmVersion = (text: string, parsed: SemVer | null): Version =>
  parsed === null ? { order: 'none', text } : { order: 'npm', text, parsed };

const semanticVersion = (text: string, parsed: SemanticVersion | null): Version =>
  parsed === null ? { order: 'none', text } : { order: 'semver', text, parsed };

/** Negative when `a` comes before `b`. Both must be of one ecosystem. */
export function compareRead(a: Version, b: Version): number {
  if (a.order === 'pep440' && b.order === 'pep440') return comparePep440Versions(a.parsed, b.parsed);
  if (a.order === 'npm' && b.order === 'npm') return semver.compare(a.parsed, b.parsed);
  if (a.order === 'semver' && b.order === 'semver') return compareSemanticVersions(a.parsed, b.parsed);
  if (a.order === 'maven' && b.order === 'maven') return compareMavenVersions(a.parsed, b.parsed);
  if (a.order === 'none' && b.order === 'none') return compareNaturally(a.text, b.text);
  if (a.order === 'none') return -1;
  if (b.order === 'none') return 1;
  throw new Error(`Versions of two ecosystems were compared: ${a.text} (${a.order}) and ${b.text} (${b.order})`);
}

/**
 * Where a version stands against a bound that an advisory states: negative below it, 0 at it. This is the order, but that
 * in PyPI the local part of the version does not count where the bound has none.
 */
export const compareToBound = (version: Version, bound: Version): number =>
  version.order === 'pep440' && bound.order === 'pep440'
    ? comparePep440ToBound(version.parsed, bound.parsed)
    : compareRead(version, bound);

/** Numbers by value, all else by code point: 0.9-beta before 0.10-beta. */
function compareNaturally(a: string, b: string): number {
  const left = a.toLowerCase().match(/\d+|\D+/g) ?? [];
  const right = b.toLowerCase().match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const order = comparePieces(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePieces(a: string, b: string): number {
  const numeric = /^\d/.test(a) && /^\d/.test(b);
  const byLength = numeric ? a.replace(/^0+/, '').length - b.replace(/^0+/, '').length : 0;
  return byLength || (a < b ? -1 : Number(a > b));
}
