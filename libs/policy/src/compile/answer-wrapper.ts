import type { RegoModule } from './rego-ast.js';
import { packagePath, rulePath } from './rego-ast.js';
import { ownRoot } from './relocate-policy.js';

const bracketed = (path: readonly string[]): string => path.map((name) => `[${JSON.stringify(name)}]`).join('');

const startsWith = (path: readonly string[], front: readonly string[]): boolean =>
  front.length < path.length && front.every((name, index) => path[index] === name);

/** Paths of all rules that are no functions; where one holds the other, the shorter. */
const answerPaths = (module: RegoModule): readonly (readonly string[])[] => {
  const rules = (module.rules ?? []).filter(({ head }) => head.args === undefined);
  const paths = [...new Map(rules.map(rulePath).map((path) => [path.join('\0'), path])).values()];
  return paths.filter((path) => !paths.some((other) => startsWith(path, other)));
};

/** The name of the Wasm entrypoint of a policy. */
export const entrypointOf = (policyId: string): string => `weir_answers/p_${policyId}`;

/**
 * A package that holds one policy's rules under their own names, functions left out: a package that has functions
 * cannot be an entrypoint itself. A rule that is undefined is simply not there.
 */
export const answerWrapper = (module: RegoModule, policyId: string): string => {
  const source = `data${bracketed([...ownRoot(policyId), ...packagePath(module)])}`;
  const rules = answerPaths(module).map(([name = '', ...rest]) => {
    return `${name}${bracketed(rest)} := ${source}${bracketed([name, ...rest])}`;
  });
  return [`package weir_answers.p_${policyId}`, '', ...rules, ''].join('\n');
};
