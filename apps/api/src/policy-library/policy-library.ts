import type { OnError, PolicyAction, PolicyScope } from '@weir/contracts';
import type { PolicyReads } from '@weir/policy';

/** A policy of the library as it is used unless the user says otherwise. */
export interface PolicyTemplate {
  /** The folder's name, such as `epss-over-threshold`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: string;
  readonly rego: string;
  readonly regoDigest: string;
  /** Digests of the texts that it had before. */
  readonly formerDigests?: readonly string[];
  /** Default values of the parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** JSON Schema of the parameters; absent when anything goes. */
  readonly parametersSchema?: Readonly<Record<string, unknown>>;
  readonly scope: PolicyScope;
  readonly precedence: number;
  readonly terminal: boolean;
  readonly actions: readonly PolicyAction[];
  readonly onError: OnError;
}

/** The policy of the library that has this text, or had it before; null when none has. */
export const templateOfText = (library: PolicyLibrary | null, regoDigest: string): PolicyTemplate | null =>
  library?.templates.find((one) => one.regoDigest === regoDigest || one.formerDigests?.includes(regoDigest)) ?? null;

/** One entrypoint of the library's module: what the engine is asked for, and what it looks at. */
export interface LibrarySlot {
  readonly slot: string;
  readonly entrypoint: string;
  readonly reads: PolicyReads;
}

/** The policies that ship with Weir, and the one module that CI compiled from them. */
export interface PolicyLibrary {
  readonly templates: readonly PolicyTemplate[];
  readonly module: {
    readonly digest: string;
    readonly wasm: Uint8Array;
    /** Digest of a Rego text to the slots that hold it; as many policies can share the text as there are slots. */
    readonly slots: Readonly<Record<string, readonly LibrarySlot[]>>;
  };
}
