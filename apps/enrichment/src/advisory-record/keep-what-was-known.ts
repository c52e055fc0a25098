import { packageOf, type LeftOut } from './leave-out.js';

type Members = Readonly<Record<string, unknown>>;

/**
 * A record with what was known of it where it cannot be read: what could not be read says nothing of what was there.
 * `told`: the record as it came, without what `leftOut` names. Of lists both are kept, of `affected` the entries about
 * packages whose entry was not read whole; all where it is not known which package that was: a record may have several
 * entries about one.
 * Doing it again with the outcome as `known` changes nothing.
 */
export function keepWhatWasKnown(told: Members, leftOut: readonly LeftOut[], known: Members): Members {
  const members = new Set(leftOut.map(({ path }) => String(path[0])));
  const kept = [...members].flatMap((member) => {
    const before = known[member];
    if (before === undefined || before === null) return [];
    return [[member, member === 'affected' ? affected(told, leftOut, known) : merged(told[member], before)] as const];
  });
  return { ...told, ...Object.fromEntries(kept) };
}

function merged(told: unknown, known: unknown): unknown {
  if (told === undefined) return known;
  return Array.isArray(told) && Array.isArray(known) ? union(told, known) : told;
}

function affected(told: Members, leftOut: readonly LeftOut[], known: Members): readonly unknown[] {
  const paths = leftOut.map(({ path }) => path).filter(([member]) => member === 'affected');
  const entries = listOf(told['affected']);
  const isUnnamed = paths.some(({ length, [2]: within }) => length < 3 || within === 'package');
  const inPart = new Set(leftOut.flatMap(({ package: of }) => of ?? []));
  const keeps = (entry: unknown): boolean => isUnnamed || inPart.has(packageOf(entry));
  return union(entries, listOf(known['affected']).filter(keeps));
}

const union = (told: readonly unknown[], known: readonly unknown[]): readonly unknown[] => {
  const texts = new Set(told.map((one) => JSON.stringify(one)));
  return [...told, ...known.filter((one) => !texts.has(JSON.stringify(one)))];
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
