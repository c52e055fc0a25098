import type { PolicyReads } from './policy-reads.js';

/** A member chosen at run time; on an array, whose elements have no place in paths, it stands for nothing. */
export const anyMember = '*';

/** Ends a path of which only the presence and the number of members matter, not what is below. */
export const presence = '?';

const meets = (read: readonly string[], changed: readonly string[]): boolean => {
  const [name, ...rest] = read;
  if (name === undefined || changed.length === 0) return true;
  if (name === presence) return false;
  if (name === anyMember) return meets(rest, changed.slice(1)) || meets(rest, changed);
  return name === changed[0] && meets(rest, changed.slice(1));
};

/**
 * True when a change at a dotted path (such as `v0.vulnerabilities.epss.score`; empty for the whole input) can change
 * what the policy answers: the policy reads something at, above or below it. Never false for a path that is read.
 */
export const readsPath = (reads: PolicyReads, changed: string): boolean =>
  reads.inputPaths.some((path) => path === anyMember || changed === '' || meets(path.split('.'), changed.split('.')));
