import { describeIssue } from '@weir/service';
import type { z } from 'zod';

/** A part of a record that could not be read. */
export interface LeftOut {
  /** Where it stood in the record. */
  readonly path: readonly PropertyKey[];
  /** Of a part of an `affected` entry: the package that the entry is about, as `packageOf` writes it. */
  readonly package?: string;
  /** Path and cause: `severity.0.score is a number: give text`. */
  readonly told: string;
}

/** Without these what holds them means nothing: it is left out as a whole. */
const NEEDED: readonly PropertyKey[] = ['type', 'score', 'url', 'ecosystem', 'name', 'events'];
/** Without these nobody knows which record it is, or whether it is newer than another. */
const IDENTITY: readonly PropertyKey[] = ['id', 'modified'];
const LISTS_OF_TEXTS: readonly PropertyKey[] = ['aliases', 'related', 'upstream', 'versions'];

const GONE = Symbol('left out');

/**
 * The document without what cannot be read, as little of it as can be; null where that is the record itself. One text
 * where a list of texts belongs is a list of it. Of a range an end that cannot be read is left out and a begin is the
 * first version: too many versions are affected then, never too few.
 */
export function leaveOut(
  document: unknown,
  issues: readonly z.core.$ZodIssue[],
): { readonly document: unknown; readonly leftOut: readonly LeftOut[] } | null {
  const copy = structuredClone(document);
  const leftOut: LeftOut[] = [];
  for (const issue of issues) {
    const path = partOf(issue.path);
    if (path === null || IDENTITY.includes(path[0] ?? '')) return null;
    leftOut.push({ path, ...aboutPackage(document, path), told: `${issue.path.join('.')} ${describeIssue(issue)}` });
    replace(copy, path, insteadOf(path));
  }
  return { document: withoutGone(copy), leftOut };
}

/** An entry of which something is left out is named by its package. */
function aboutPackage(document: unknown, [member, index]: readonly PropertyKey[]): Pick<LeftOut, 'package'> {
  if (member !== 'affected' || typeof index !== 'number') return {};
  return { package: packageOf((document as { readonly affected: readonly unknown[] }).affected[index]) };
}

/** The least part that can be left out and has what cannot be read. */
function partOf(path: readonly PropertyKey[]): readonly PropertyKey[] | null {
  const last = path.findLastIndex((key) => typeof key === 'number' || !NEEDED.includes(key));
  return last < 0 ? null : path.slice(0, last + 1);
}

function replace(document: unknown, path: readonly PropertyKey[], by: (value: unknown) => unknown): void {
  const [key = '', ...rest] = path;
  if (typeof document !== 'object' || document === null) return;
  const place = document as Record<PropertyKey, unknown>;
  if (rest.length > 0) replace(place[key], rest, by);
  else place[key] = by(place[key]);
}

function insteadOf(path: readonly PropertyKey[]): (value: unknown) => unknown {
  const [list, key = ''] = path.slice(-2);
  if (list === 'events') return () => ({ introduced: '0' });
  if (key === 'introduced') return () => '0';
  return (value) => (LISTS_OF_TEXTS.includes(path.at(-1) ?? '') && typeof value === 'string' ? [value] : GONE);
}

const withoutGone = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((one) => one !== GONE).map(withoutGone);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== GONE)
      .map(([name, member]) => [name, withoutGone(member)]),
  );
};

/** The package that an entry is about, as text. */
export const packageOf = (entry: unknown): string => {
  const named = (
    entry as { readonly package?: { readonly ecosystem?: unknown; readonly name?: unknown } | null } | null
  )?.package;
  return JSON.stringify([named?.ecosystem, named?.name]);
};
