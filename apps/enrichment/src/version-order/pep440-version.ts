/**
 * A PEP 440 version as rows that are compared element by element
 * (https://peps.python.org/pep-0440/#summary-of-permitted-suffixes-and-relative-ordering).
 */
export interface Pep440Version {
  /** Epoch, release, pre-release, post-release and development release. */
  readonly public: Row;
  /** What follows the `+`: the build of a distributor or of hardware, such as cu118. null: none. */
  readonly local: Row | null;
}

type Row = readonly (number | bigint | string)[];

/** Appendix B of PEP 440, in its parts. */
const VERSION = new RegExp(
  [
    /^v?(?:(?<epoch>\d+)!)?(?<release>\d+(?:\.\d+)*)/,
    /(?:[-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preNumber>\d+)?)?/,
    /(?<post>-(?<bare>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>\d+)?)?/,
    /(?<dev>[-_.]?dev[-_.]?(?<devNumber>\d+)?)?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);

const PRE_RELEASES: Readonly<Record<string, number>> = {
  a: 0,
  alpha: 0,
  b: 1,
  beta: 1,
  c: 2,
  pre: 2,
  preview: 2,
  rc: 2,
};
const BEFORE_ALL = -1;
const AFTER_ALL = Number.POSITIVE_INFINITY;

/** null when it cannot be read. Large numbers, such as times to the microsecond, keep all their digits. */
export function parsePep440Version(text: string): Pep440Version | null {
  const read = VERSION.exec(text.trim())?.groups;
  if (read === undefined) return null;
  const { epoch, release = '', pre, post, dev, local } = read;
  const parts = release.split('.').map(numeric);
  const last = parts.findLastIndex((part) => part !== 0);
  return {
    public: [
      ...[numeric(epoch), ...parts.slice(0, last + 1), BEFORE_ALL],
      ...preRelease(pre?.toLowerCase(), numeric(read['preNumber']), post === undefined && dev !== undefined),
      post === undefined ? BEFORE_ALL : numeric(read['bare'] ?? read['postNumber']),
      dev === undefined ? AFTER_ALL : numeric(read['devNumber']),
    ],
    local: local === undefined ? null : local.toLowerCase().split(/[-_.]/).map(localPart),
  };
}

/** A number is a bigint only where it is too large for the other kind, so that equal ones are of one kind. */
function numeric(text = '0'): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

const localPart = (part: string): number | bigint | string => (/^\d+$/.test(part) ? numeric(part) : part);

/** 1.0.dev1 comes before 1.0a1, which comes before 1.0. */
function preRelease(kind: string | undefined, number: number | bigint, developmentOnly: boolean): Row {
  if (kind === undefined) return [developmentOnly ? BEFORE_ALL : AFTER_ALL, 0];
  return [PRE_RELEASES[kind] ?? BEFORE_ALL, number];
}

/** Negative when `a` comes before `b`. A local part comes after none, and in it words before numbers. */
export const comparePep440Versions = (a: Pep440Version, b: Pep440Version): number =>
  compareRows(a.public, b.public) || compareRows(a.local ?? [], b.local ?? []);

/**
 * Where a version stands against a bound: its local part does not count where the bound has none, so 2.6.0+cu118 is
 * not above 2.6.0 (https://peps.python.org/pep-0440/#version-specifiers, of each operator).
 */
export const comparePep440ToBound = (version: Pep440Version, bound: Pep440Version): number =>
  bound.local === null ? compareRows(version.public, bound.public) : comparePep440Versions(version, bound);

function compareRows(a: Row, b: Row): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const [left = 0, right = 0] = [a[i], b[i]];
    if (left === right) continue;
    if (typeof left === 'string' || typeof right === 'string')
      if (typeof left !== typeof right) return typeof left === 'string' ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
