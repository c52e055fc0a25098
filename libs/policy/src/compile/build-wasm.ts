import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capabilitiesOf } from './capabilities.js';
import type { OpaCompiler } from './opa-compiler.js';
import { readFromBundle } from './read-bundle.js';
import { runOpa } from './run-opa.js';
import type { OpaRun } from './run-opa.js';
import { inScratchFolder } from './scratch-folder.js';

/** Texts by relative path, and the names of the entrypoints. */
export type WasmBuild = { readonly files: Readonly<Record<string, string>>; readonly entrypoints: readonly string[] };

/** Compiles texts into one Wasm module with the built-ins that evaluation supplies, or tells how OPA ended. */
export const buildWasm = async (
  opa: OpaCompiler,
  { files, entrypoints }: WasmBuild,
): Promise<{ readonly wasm: Uint8Array } | { readonly failed: OpaRun }> => {
  const capabilities = { 'capabilities.json': await capabilitiesOf(opa) };
  return inScratchFolder({ ...files, ...capabilities }, async (folder) => {
    const args = ['build', '-t', 'wasm', '--capabilities', 'capabilities.json', '-o', 'bundle.tar.gz'];
    const named = entrypoints.flatMap((entrypoint) => ['-e', entrypoint]);
    const folders = [...new Set(Object.keys(files).map((file) => file.split('/')[0] ?? file))];
    const run = await runOpa(opa, [...args, ...named, ...folders], folder);
    if (run.status !== 0) return { failed: run };
    const wasm = await readFromBundle(await readFile(join(folder, 'bundle.tar.gz')), '/policy.wasm');
    if (wasm === undefined) throw new Error('OPA built a bundle without /policy.wasm');
    return { wasm: new Uint8Array(wasm) };
  });
};
