import type { Permission, Principal } from '@weir/domain';
import { parameterProblem, problem } from '../http/problem.js';
import { ProblemError } from '../http/problem-error.js';

type Bound = Pick<Principal, 'name' | 'workspaces'>;

/**
 * A query as a principal may ask it: of the workspace that it names, or else of the only one of the principal. Throws a 403
 * problem when it names another, and a 400 problem when it names none of several.
 */
export const keptToWorkspace = <Query extends { readonly workspace?: string | undefined }>(
  principal: Bound,
  query: Query,
): Query => {
  const { workspaces } = principal;
  if (workspaces === null) return query;
  if (query.workspace !== undefined) {
    mustBeOf(principal, query.workspace);
    return query;
  }
  if (workspaces.length === 1) return { ...query, workspace: workspaces[0] };
  throw new ProblemError(
    parameterProblem(
      'query',
      'workspace',
      `is required, as the key is for several: use one of ${workspaces.join(', ')}`,
    ),
  );
};

/** Throws a 403 problem that names the field at `pointer` when the principal may not see or change `workspace`. */
export const mustBeOf = (principal: Bound, workspace: string, pointer = '/workspace'): void => {
  if (isOf(principal, workspace)) return;
  const detail = outsideOf(principal, workspace);
  throw new ProblemError(problem(403, `${pointer.slice(1)} ${detail}.`, [{ pointer, detail }]));
};

/** Whether a principal may see and change what is of a workspace. */
export const isOf = ({ workspaces }: Pick<Principal, 'workspaces'>, workspace: string): boolean =>
  workspaces === null || workspaces.includes(workspace);

/** What is said of a field with a workspace that a principal may not see: no full stop, for whoever makes a sentence of it. */
export const outsideOf = ({ name, workspaces }: Bound, workspace: string): string =>
  `is ${workspace}, and the key ${String(name)} is bound to ${(workspaces ?? []).join(', ')}: name one of these, or use a key for ${workspace}`;

/** Throws a 403 problem when a principal lacks what a part of a request needs beyond the rule of its route. */
export const mustHave = ({ name, permissions }: Principal, permission: Permission, pointer: string): void => {
  if (permissions.includes(permission)) return;
  const detail = `needs the permission ${permission}, which the key ${String(name)} lacks: leave it out, or ask for a key that has it`;
  throw new ProblemError(problem(403, `${pointer} ${detail}.`, [{ pointer, detail }]));
};
