import type { OpaCompiler } from './opa-compiler.js';
import { runOpa } from './run-opa.js';

/** Names of all built-ins OPA declares, also of those that policies may not call. */
export const knownBuiltIns = async (opa: OpaCompiler): Promise<ReadonlySet<string>> => {
  const { stdout } = await runOpa(opa, ['capabilities', '--current'], '.');
  const { builtins } = JSON.parse(stdout) as { readonly builtins: readonly { readonly name: string }[] };
  return new Set(builtins.map(({ name }) => name));
};
