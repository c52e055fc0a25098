/** A semantic version (https://semver.org) with all its digits: numbers are texts, so that none is too large to be compared. */
export interface SemanticVersion {
  readonly release: readonly string[];
  /** Empty: a release. */
  readonly preRelease: readonly string[];
}

/** Parts that are missing are 0; a leading `v` is allowed, and a pre-release without its hyphen where a letter begins it. */
const SEMANTIC =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)|([A-Za-z][0-9A-Za-z-]*(?:\.[0-9A-Za-z-]+)*))?(?:\+.*)?$/;

/**
 * A version as crates.io and Go order it. Build metadata, so Go's `+incompatible` too, does not count
 * (https://ossf.github.io/osv-schema/#affectedrangestype-field). null when it cannot be read.
 */
export function parseSemanticVersion(text: string): SemanticVersion | null {
  const [, major, minor = '0', patch = '0', hyphened, attached] = SEMANTIC.exec(text.trim()) ?? [];
  if (major === undefined) return null;
  const preRelease = (hyphened ?? attached)?.split('.') ?? [];
  return { release: [major, minor, patch].map(digits), preRelease: preRelease.map(digits) };
}

const NUMBER = /^\d+$/;

/** A number without leading zeros; any other text as it stands. */
const digits = (text: string): string => (NUMBER.test(text) ? text.replace(/^0+(?=.)/, '') : text);

/** Negative when `a` comes before `b`. */
export function compareSemanticVersions(a: SemanticVersion, b: SemanticVersion): number {
  const release = compareLists(a.release, b.release);
  if (release !== 0) return release;
  if (a.preRelease.length === 0 || b.preRelease.length === 0)
    return Number(a.preRelease.length === 0) - Number(b.preRelease.length === 0);
  return compareLists(a.preRelease, b.preRelease);
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const order = compareIdentifiers(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers come before words, and among themselves by value. */
function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [NUMBER.test(a), NUMBER.test(b)];
  if (left !== right) return left ? -1 : 1;
  const byLength = left ? a.length - b.length : 0;
  return byLength || (a < b ? -1 : Number(a > b));
}
