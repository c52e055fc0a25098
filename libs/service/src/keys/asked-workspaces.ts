import type { Principal } from '@weir/domain';
import { problem } from '../http/problem.js';
import { ProblemError } from '../http/problem-error.js';

/**
 * The workspaces that a request is about: the one it names, else all that the principal may see; undefined: all there are.
 * Throws a 403 problem when it names another. `pointer`: where it names it.
 */
export const askedWorkspaces = (
  principal: Pick<Principal, 'name' | 'workspaces'>,
  named: string | undefined,
  pointer = '/workspace',
): readonly string[] | undefined => {
  if (named === undefined) return principal.workspaces ?? undefined;
  mustBeOf(principal, named, pointer);
  return [named];
};

/** Throws a 403 problem that names the field at `pointer` when the principal may not see or change `workspace`. */
export const mustBeOf = (
  principal: Pick<Principal, 'name' | 'workspaces'>,
  workspace: string,
  pointer = '/workspace',
): void => {
  if (isOf(principal, workspace)) return;
  const detail = outsideOf(principal, workspace);
  throw new ProblemError(problem(403, `${pointer.slice(1)} ${detail}`, [{ pointer, detail }]));
};

/** Whether a principal may see and change what is of a workspace. */
export const isOf = ({ workspaces }: Pick<Principal, 'workspaces'>, workspace: string): boolean =>
  workspaces === null || workspaces.includes(workspace);

/** What is said of a workspace that a principal may not see. */
export const outsideOf = ({ name, workspaces }: Pick<Principal, 'name' | 'workspaces'>, workspace: string): string =>
  `is ${workspace}, and the key ${String(name)} is bound to ${(workspaces ?? []).join(', ')}: name one of these, or use a key for ${workspace}.`;
