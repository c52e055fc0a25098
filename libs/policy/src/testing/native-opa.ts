import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findOpa } from '../compile/find-opa.js';
import type { OpaCompiler } from '../compile/opa-compiler.js';
import { inScratchFolder } from '../compile/scratch-folder.js';

/** Long enough for Go to build OPA on a machine that has none yet. */
export const compilerTimeout = 900_000;

/** The compiler tests run with. Fails loudly where there is none: these tests mean nothing without it. */
export const compilerForTests = (): Promise<OpaCompiler> =>
  findOpa({ cacheDirectory: fileURLToPath(new URL('../../../../.weir/opa', import.meta.url)) });

/** The package document that native OPA gives for each input, in order. */
export const evalNatively = (
  opa: OpaCompiler,
  rego: string,
  inputs: readonly unknown[],
  now: bigint,
  parameters: unknown = {},
): Promise<readonly unknown[]> => {
  const data = JSON.stringify({ inputs, parameters }).replace(/}$/, `,"now":${now}}`);
  return inScratchFolder({ 'policy.rego': rego, 'data.json': data }, async (folder) => {
    const query =
      '[document | some one in data.inputs; ' +
      'document := data.cloudsmith with input as one with time.now_ns as data.now]';
    const args = ['eval', '--format', 'json', '-d', 'policy.rego', '-d', 'data.json', query];
    const stdout = execFileSync(opa.path, args, { cwd: folder, maxBuffer: 2 ** 28 });
    const { result } = JSON.parse(stdout.toString()) as {
      readonly result: readonly { readonly expressions: readonly { readonly value: readonly unknown[] }[] }[];
    };
    return result[0]?.expressions[0]?.value ?? [];
  });
};
