import type { Finding } from './check-report.js';
import type { OpaCompiler } from './opa-compiler.js';
import { readOpaErrors } from './opa-errors.js';
import type { RegoModule } from './rego-ast.js';
import { runOpa } from './run-opa.js';

/** Parses `policy.rego` of a folder into OPA's syntax tree with locations. */
export const parseRego = async (
  opa: OpaCompiler,
  folder: string,
  file: string,
): Promise<RegoModule | { readonly refused: readonly Finding[] }> => {
  const run = await runOpa(opa, ['parse', '--format', 'json', '--json-include', 'locations', file], folder);
  return run.status === 0 ? (JSON.parse(run.stdout) as RegoModule) : { refused: readOpaErrors(run) };
};
