import type { PolicyReads } from '../reads/policy-reads.js';

/** Several policies in one Wasm module, one entrypoint each. The same sources give the same bytes. */
export type CompiledModule = {
  /** `sha256:<hex>` of `wasm`. */
  readonly digest: string;
  readonly wasm: Uint8Array;
  /** Policy id to the name of its Wasm entrypoint. */
  readonly entrypoints: Readonly<Record<string, string>>;
  readonly reads: Readonly<Record<string, PolicyReads>>;
};
