import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTreeDepth } from './check-nesting.js';
import type { Finding } from './check-report.js';
import { findBadNumber } from './find-bad-number.js';
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
  if (run.status === 0) {
    const tooDeep = checkTreeDepth(run.stdout);
    return tooDeep ? { refused: [tooDeep] } : (JSON.parse(run.stdout) as RegoModule);
  }
  const refused = readOpaErrors(run);
  const unwritable = refused.some(({ message }) => message.includes('MarshalJSON'));
  const number = unwritable ? findBadNumber(await readFile(join(folder, file), 'utf8')) : undefined;
  return { refused: number === undefined ? refused : [number] };
};
