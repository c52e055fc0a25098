import { explain } from '@renovatebot/pep440';

/**
 * A PEP 440 version as a row that is compared element by element (https://peps.python.org/pep-0440/#summary-of-permitted-suffixes-and-relative-ordering).
 * The library reads it; it compares only texts, reading both again each time, which costs 3 us against 0.1 us for rows.
 */
export type Pep440Version = readonly (number | string)[];

const PRE_RELEASES = ['a', 'b', 'rc'];
const BEFORE_ALL = -1;
const AFTER_ALL = Number.POSITIVE_INFINITY;

export function parsePep440Version(text: string): Pep440Version | null {
  const read = explain(text);
  if (read === null) return null;
  const { epoch, release, pre, local } = read;
  const [post, dev] = [single(read.post), single(read.dev)];
  const last = release.findLastIndex((part) => part !== 0);
  return [
    ...[epoch, ...release.slice(0, last + 1), BEFORE_ALL],
    ...preRelease(pre, post === null && dev !== null),
    ...[post ?? BEFORE_ALL, dev ?? AFTER_ALL],
    ...(local === null ? [] : local.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part.toLowerCase()))),
  ];
}

/** The library's types say list; its values are numbers. */
const single = (part: unknown): number | null => (typeof part === 'number' ? part : null);

/** 1.0.dev1 comes before 1.0a1, which comes before 1.0. */
function preRelease(pre: readonly (number | string)[] | null, developmentOnly: boolean): number[] {
  if (pre === null) return [developmentOnly ? BEFORE_ALL : AFTER_ALL, 0];
  return [PRE_RELEASES.indexOf(String(pre[0])), Number(pre[1])];
}

/** Negative when `a` comes before `b`. A local part comes after none, and in it words before numbers. */
export function comparePep440Versions(a: Pep440Version, b: Pep440Version): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const [left, right] = [a[i] ?? 0, b[i] ?? 0];
    if (left === right) continue;
    if (typeof left !== typeof right) return typeof left === 'string' ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
