import { namedMember, pathText, type InputPath } from './input-path.js';
import type { Placed } from './plan-ir.js';
import { anyMember, presence } from './reads-path.js';
import type { Shape } from './shape.js';

/** A member that the documented shape has not, and where in the text the expression stands that asks for it. */
export interface UnknownMember {
  readonly path: string;
  readonly name: string;
  readonly row: number;
  readonly col: number;
}

/** What is found to be read while a plan is gone through. */
export interface NotedReads {
  /** Texts of paths: all below, or with `?` whether it is there and how many members it has. */
  readonly paths: Set<string>;
  /** Places of which is told that they are there, by what is read below them too. */
  readonly named: Set<string>;
  readonly unknown: Map<string, UnknownMember>;
  readonly builtins: Set<string>;
}

export const noReads = (): NotedReads => ({
  paths: new Set(),
  named: new Set(),
  unknown: new Map(),
  builtins: new Set(),
});

/** How much has been noted; what is noted is never taken back. */
export const amountOf = ({ paths, named, unknown, builtins }: NotedReads): number =>
  paths.size + named.size + unknown.size + builtins.size;

const presenceText = ({ names }: InputPath): string =>
  names.length === 0 ? presence : `${names.join('.')}.${presence}`;

/** All that the place holds. */
export const noteWhole = ({ paths }: NotedReads, { names }: InputPath): void => void paths.add(pathText(names));

/** Whether there is something, of what kind, and how many members it has. */
export const notePresence = ({ paths }: NotedReads, path: InputPath): void => void paths.add(presenceText(path));

/** Whether there is something, of what kind. */
export const noteNamed = ({ named }: NotedReads, path: InputPath): void => void named.add(presenceText(path));

const COLLECTIONS: ReadonlySet<Shape['kind']> = new Set(['list', 'map', 'record']);

/** As much as decides whether it equals a text, number, true, false or null: of a collection not what is in it. */
export const notePlain = (reads: NotedReads, path: InputPath): void =>
  COLLECTIONS.has(path.shape.kind) ? notePresence(reads, path) : noteWhole(reads, path);

/** A member by its name; one that the documentation has not is noted. */
export const memberOf = (reads: NotedReads, path: InputPath, name: string, { row, col }: Placed): InputPath => {
  const member = namedMember(path, name);
  if (!member.known) {
    const text = pathText([...path.names, name]);
    reads.unknown.set(`${text}@${row}:${col}`, { path: text, name, row, col });
  }
  return member.path;
};

/**
 * The paths, sorted, without those that say nothing more. Invariant: who is shown something below a place sees whether the
 * place is there, so that its name alone need not be told.
 */
export const leastPaths = ({ paths, named }: NotedReads): readonly string[] => {
  if (paths.has(anyMember)) return [anyMember];
  const all = [...paths, ...named];
  const isToldBelow = (path: string): boolean =>
    all.some((other) => other !== path && other.startsWith(path.slice(0, -presence.length)));
  const told = [...paths, ...[...named].filter((path) => !paths.has(path) && !isToldBelow(path))];
  return told.filter((path) => !isToldAbove(paths, path)).sort();
};

/** Whether all of a place is read that the path leads through, or some member of whatever name where it ends. */
const isToldAbove = (paths: ReadonlySet<string>, path: string): boolean => {
  const names = path.split('.');
  const isPresence = names.at(-1) === presence;
  if (isPresence && paths.has([...names.slice(0, -1), anyMember].join('.'))) return true;
  return names.some((_, index) => index > 0 && paths.has(names.slice(0, index).join('.')));
};
