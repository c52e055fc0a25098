import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../reads/plan-ir.js';
import { capabilitiesOf } from './capabilities.js';
import { linkHostBuiltIns } from './link-host-built-ins.js';
import type { OpaCompiler } from './opa-compiler.js';
import { readFromBundle } from './read-bundle.js';
import { runOpa } from './run-opa.js';
import type { OpaRun } from './run-opa.js';
import { inScratchFolder } from './scratch-folder.js';

/** Texts by relative path, and the names of the entrypoints. */
export type WasmBuild = { readonly files: Readonly<Record<string, string>>; readonly entrypoints: readonly string[] };

/** The module, and OPA's plan of it: the same compiler makes the same plan of the same texts, and the Wasm of the plan. */
export type BuiltWasm = { readonly wasm: Uint8Array; readonly plan: Plan };

/** Compiles texts into one Wasm module with the built-ins that evaluation supplies, or tells how OPA ended. */
export const buildWasm = async (
  opa: OpaCompiler,
  { files, entrypoints }: WasmBuild,
): Promise<BuiltWasm | { readonly failed: OpaRun }> => {
  const capabilities = { 'capabilities.json': await capabilitiesOf(opa) };
  const named = entrypoints.flatMap((entrypoint) => ['-e', entrypoint]);
  const folders = [...new Set(Object.keys(files).map((file) => file.split('/')[0] ?? file))];
  return inScratchFolder({ ...files, ...capabilities }, async (folder) => {
    const build = (target: Target): Promise<Buffer | OpaRun> =>
      buildTarget({ opa, folder, policies: entrypoints.length }, target, [...named, ...folders]);
    // The folder goes when both have ended.
    const both = await Promise.allSettled([build(WASM), build(PLAN)]);
    const [wasm, plan] = both.map(valueOf);
    if (!Buffer.isBuffer(wasm)) return { failed: wasm as OpaRun };
    if (!Buffer.isBuffer(plan)) throw new Error(`OPA made Wasm and no plan: ${(plan as OpaRun).stderr}`);
    return { wasm: new Uint8Array(linkHostBuiltIns(wasm)), plan: JSON.parse(plan.toString()) as Plan };
  });
};

interface Target {
  readonly name: 'wasm' | 'plan';
  readonly file: string;
}

const WASM: Target = { name: 'wasm', file: '/policy.wasm' };
const PLAN: Target = { name: 'plan', file: '/plan.json' };

interface BuildPlace {
  readonly opa: OpaCompiler;
  readonly folder: string;
  readonly policies: number;
}

const buildTarget = async (
  { opa, folder, policies }: BuildPlace,
  { name, file }: Target,
  what: readonly string[],
): Promise<Buffer | OpaRun> => {
  const bundle = `${name}.tar.gz`;
  const run = await runOpa(
    opa,
    ['build', '-t', name, '--capabilities', 'capabilities.json', '-o', bundle, ...what],
    folder,
    policies,
  );
  if (run.status !== 0) return run;
  const found = await readFromBundle(await readFile(join(folder, bundle)), file);
  if (found === undefined) throw new Error(`OPA built a bundle without ${file}`);
  return found;
};

const valueOf = <T>(settled: PromiseSettledResult<T>): T => {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
};
