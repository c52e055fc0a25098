import type { Location } from '../compile/rego-ast.js';
import { inputShape } from './input-shape.js';
import { anyMember, presence } from './reads-path.js';
import type { Shape } from './shape.js';

/** A place in `input`: the way there and what the documentation says is there. */
export type InputPath = { readonly names: readonly string[]; readonly shape: Shape };

/** A member that the documented shape has not. */
export type UnknownMember = { readonly path: string; readonly location: Location | undefined };

/** Deeper places are treated as their ancestor at this depth: it keeps the search for aliases finite. */
const deepest = 12;

const unknown: Shape = { kind: 'any' };

export const wholeInput: InputPath = { names: [], shape: inputShape };

const deeper = (path: InputPath, name: string, shape: Shape): InputPath =>
  path.names.length >= deepest ? { names: path.names, shape: unknown } : { names: [...path.names, told(name)], shape };

/** A member that is called like the sign of presence is taken for whichever member. */
const told = (name: string): string => (name === presence ? anyMember : name);

/** The place of an element or member chosen at run time. */
export const someMember = (path: InputPath): InputPath => {
  if (path.shape.kind === 'list') return { names: path.names, shape: path.shape.of };
  return deeper(path, anyMember, path.shape.kind === 'map' ? path.shape.of : unknown);
};

/** The place of a named member, and whether the documentation knows it. */
export const namedMember = (path: InputPath, name: string): { readonly path: InputPath; readonly known: boolean } => {
  const { shape } = path;
  if (shape.kind === 'map') return { path: deeper(path, name, shape.of), known: true };
  if (shape.kind === 'any') return { path: deeper(path, name, unknown), known: true };
  const found = shape.kind === 'record' && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
  return { path: deeper(path, name, found ?? unknown), known: found !== undefined };
};

/** The text of a place, `*` for all of `input`. */
export const pathText = (names: readonly string[]): string => (names.length === 0 ? anyMember : names.join('.'));
