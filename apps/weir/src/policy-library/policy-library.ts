import type { PolicyTemplateView } from '@weir/contracts';
import type { PolicyReads } from '@weir/policy';

/** One place in the library's module: a policy with parameters of its own. */
export interface LibrarySlot {
  /** The policy's id within the module, what the engine is asked for. */
  readonly slot: string;
  /** Name of the Wasm entrypoint. */
  readonly entrypoint: string;
}

/** A policy of the library: what it claims, how it is used unless told otherwise, and where it is in the module. */
export type LibraryTemplate = PolicyTemplateView & {
  /** `sha256:<hex>` of `rego`. */
  readonly regoDigest: string;
  readonly reads: PolicyReads;
  /** As many policies may be made from this template, each with other parameters, without a compiler. */
  readonly slots: readonly LibrarySlot[];
};

/** All policies of the library in one module, an entrypoint for each slot. */
export interface LibraryModule {
  /** `sha256:<hex>` of `wasm`. */
  readonly digest: string;
  readonly wasm: Uint8Array;
}

/** The policies that ship with Weir, compiled: they judge on a machine that has no OPA. */
export interface PolicyLibrary {
  readonly templates: readonly LibraryTemplate[];
  readonly module: LibraryModule;
}
