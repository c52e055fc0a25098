import { inputShape } from './input-shape.js';
import { anyMember, presence } from './reads-path.js';
import { anything, elementShape, memberShape, type Shape } from './shape.js';

/** A place in `input`: the way there and what the documentation says is there. */
export type InputPath = { readonly names: readonly string[]; readonly shape: Shape };

/** Deeper places are treated as their ancestor at this depth: it keeps the search for aliases finite. */
const deepest = 12;

export const wholeInput: InputPath = { names: [], shape: inputShape };

const deeper = (path: InputPath, name: string, shape: Shape): InputPath =>
  path.names.length >= deepest ? { names: path.names, shape: anything } : { names: [...path.names, told(name)], shape };

/** A member that a path cannot tell, by its dots or because it is called like a sign, is taken for whichever member. */
const told = (name: string): string => (name === '' || name === presence || name.includes('.') ? anyMember : name);

/** The place of an element or member chosen at run time. */
export const someMember = (path: InputPath): InputPath => {
  if (path.shape.kind === 'list') return someElement(path);
  return deeper(path, anyMember, path.shape.kind === 'map' ? path.shape.of : anything);
};

/** The place of an element of a list, which is told by a number: an object has no members by numbers. */
export const someElement = ({ names, shape }: InputPath): InputPath => ({ names, shape: elementShape(shape) });

/** The place of a named member, and whether the documentation knows it. */
export const namedMember = (path: InputPath, name: string): { readonly path: InputPath; readonly known: boolean } => {
  const found = memberShape(path.shape, name);
  return { path: deeper(path, name, found ?? anything), known: found !== undefined };
};

/** The text of a place, `*` for all of `input`. */
export const pathText = (names: readonly string[]): string => (names.length === 0 ? anyMember : names.join('.'));
