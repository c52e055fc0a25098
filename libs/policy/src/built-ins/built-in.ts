import type { RegoValue } from './rego-value.js';

/** What a built-in may know beside its operands. */
export type CallContext = {
  /** The instant of the evaluation, nanoseconds since 1970. Frozen for as long as it lasts. */
  readonly nowNanos: bigint;
};

/**
 * A built-in that the host supplies to Wasm. `undefined` is Rego's undefined: what OPA answers when a built-in's
 * operands are wrong and strict built-in errors are off, as they are in `opa eval` and in the REST API.
 */
export type BuiltIn = (operands: readonly RegoValue[], context: CallContext) => RegoValue | undefined;

export type BuiltIns = Readonly<Record<string, BuiltIn>>;

/** A built-in of strings only: undefined as soon as an operand is none. */
export const ofStrings =
  (compute: (...operands: string[]) => RegoValue | undefined): BuiltIn =>
  (operands) => {
    const texts = operands.filter((operand) => typeof operand === 'string');
    return texts.length === operands.length ? compute(...texts) : undefined;
  };
