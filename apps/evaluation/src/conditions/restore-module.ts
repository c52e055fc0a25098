import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileModule, findOpa, OpaUnavailable, RegoRefused } from '@weir/policy';
import { digestOf } from '@weir/postgres';

/** A policy's text and its name in the module. */
export interface TextOfPolicy {
  readonly id: string;
  readonly rego: string;
}

/** The bytes of a module by its digest, made anew; null when that is not possible here. */
export type RestoreModule = (
  digest: string,
  texts: () => Promise<readonly TextOfPolicy[] | null>,
) => Promise<Uint8Array | null>;

const SHIPPED = join(
  dirname(fileURLToPath(import.meta.url)),
  '..',
  '..',
  '..',
  '..',
  'policies',
  'compiled',
  'library.wasm',
);

/** The library's module ships with Weir; others are compiled where a compiler is, which is neither fetched nor built for it. */
export const restoreModule =
  (opaCache: string): RestoreModule =>
  async (digest, texts) => {
    const shipped = await readFile(SHIPPED).catch(() => null);
    if (shipped !== null && digestOf(shipped) === digest) return shipped;
    const sources = await texts();
    if (sources === null) return null;
    const wasm = await compile(opaCache, sources);
    return wasm !== null && digestOf(wasm) === digest ? wasm : null;
  };

const compile = async (opaCache: string, sources: readonly TextOfPolicy[]): Promise<Uint8Array | null> => {
  try {
    const opa = await findOpa({ cacheDirectory: opaCache, download: false });
    return (await compileModule(opa, sources)).wasm;
  } catch (fault) {
    if (fault instanceof OpaUnavailable || fault instanceof RegoRefused) return null;
    throw fault;
  }
};
