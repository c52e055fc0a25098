import type { OnError, PolicyAction, PolicyScope } from '@weir/contracts';
import type { PolicyReads } from '@weir/policy';

/** A policy of the library as it is used unless the user says otherwise. */
export interface LibraryTemplate {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: string;
  readonly rego: string;
  /** `sha256:<hex>` of `rego`. */
  readonly regoDigest: string;
  /** Default values of the parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** JSON Schema of the parameters. */
  readonly parametersSchema: Readonly<Record<string, unknown>>;
  readonly scope: PolicyScope;
  readonly precedence: number;
  readonly terminal: boolean;
  readonly actions: readonly PolicyAction[];
  readonly onError: OnError;
}

/** One place in the library's module: a policy with parameters of its own. */
export interface LibrarySlot {
  /** The policy's id within the module, what the engine is asked for. */
  readonly slot: string;
  /** Name of the Wasm entrypoint. */
  readonly entrypoint: string;
  readonly reads: PolicyReads;
}

/** All policies of the library in one Wasm module, an entrypoint for each slot. */
export interface LibraryModule {
  /** `sha256:<hex>` of `wasm`. */
  readonly digest: string;
  readonly wasm: Uint8Array;
  /** Digest of a Rego text to the slots that hold it: so many policies may share the text without a compiler. */
  readonly slots: Readonly<Record<string, readonly LibrarySlot[]>>;
}

/** The policies that ship with Weir, compiled: they judge on a machine that has no OPA. */
export interface PolicyLibrary {
  readonly templates: readonly LibraryTemplate[];
  readonly module: LibraryModule;
}
