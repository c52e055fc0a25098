import { digestOf } from '@weir/postgres';
import { tzVersion } from '../built-ins/time-zone.js';

/**
 * What an answer depends on beside module, data, input and clock: the Wasm ABI, the host's built-ins, how it is found what
 * of an input a policy is shown, and the tz database. Raise the number of a part whenever it makes answers differ from
 * before.
 */
export const ENGINE_VERSION = `weir-policy-engine/1 opa-wasm-abi/1.2 host-built-ins/2 reads/2 tzdata/${tzVersion}`;

/** The digest of `ENGINE_VERSION`, for decisions to name. */
export const engineDigest: string = digestOf(ENGINE_VERSION);
