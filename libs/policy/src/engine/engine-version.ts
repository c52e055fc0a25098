import { digestOf } from '@weir/postgres';

/**
 * What an answer depends on beside module, data, input and clock: the Wasm ABI and the host's built-ins. Raise the last
 * number whenever a built-in answers differently from before.
 */
export const ENGINE_VERSION = 'weir-policy-engine/1 opa-wasm-abi/1.2 host-built-ins/1';

/** The digest of `ENGINE_VERSION`, for decisions to name. */
export const engineDigest: string = digestOf(ENGINE_VERSION);
