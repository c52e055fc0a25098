import type { CallContext } from '../../built-ins/built-in.js';
import { writeRegoValue } from '../../built-ins/format-rego-value.js';
import { hostBuiltIns } from '../../built-ins/host-built-ins.js';
import { parseRegoValue } from '../../built-ins/parse-rego-value.js';
import type { RegoValue } from '../../built-ins/rego-value.js';
import { abortFault, PolicyFault } from '../policy-fault.js';
import type { OpaExports } from './opa-exports.js';
import { newKnownResults, type KnownResults } from './known-results.js';
import { readText, writeBytes } from './wasm-memory.js';

/** The instant of an ask. */
export type Clock = CallContext & { readonly wasAsked: boolean; readonly set: (nowNanos: bigint) => void };

/** Names of built-ins by the ids that the module calls them by. */
export type BuiltInNames = ReadonlyMap<number, string>;

/** What the imports need once the instance is there; the clock is set before each ask. */
export type HostState = {
  exports: OpaExports | undefined;
  builtInNames: BuiltInNames;
  readonly clock: Clock;
};

const compute = (name: string, operands: readonly RegoValue[], clock: CallContext): RegoValue | undefined => {
  const builtIn = hostBuiltIns[name];
  if (builtIn === undefined) throw new PolicyFault('builtin_missing', `the built-in ${name} is not supplied`);
  try {
    return builtIn(operands, clock);
  } catch (cause) {
    throw new PolicyFault('builtin_failed', `the built-in ${name} failed: ${String(cause)}`, { cause });
  }
};

/** What a call gives, spelled in Rego; null for Rego's undefined. */
const spelledResult = (name: string, operands: readonly string[], clock: CallContext): Uint8Array | null => {
  const result = compute(name, operands.map(parseRegoValue), clock);
  return result === undefined ? null : Buffer.from(writeRegoValue(result));
};

/** Operands and results cross as Rego text, never as JavaScript numbers: integers beyond 2^53 stay exact. */
const callBuiltIn = (
  memory: WebAssembly.Memory,
  { exports, builtInNames }: HostState,
  known: KnownResults,
  id: number,
  addresses: readonly number[],
): number => {
  if (exports === undefined) throw new PolicyFault('engine_fault', 'a built-in was called before the module was ready');
  const name = builtInNames.get(id) ?? `number ${id}`;
  const operands = addresses.map((address) => readText(memory, exports.opa_value_dump(address)));
  const bytes = known.of(name, operands, spelledResult);
  if (bytes === null) return 0;
  const parsed = exports.opa_value_parse(writeBytes(memory, exports, bytes), bytes.length);
  if (parsed === 0) throw new PolicyFault('builtin_failed', `the result of ${name} cannot be read`);
  return parsed;
};

/** The imports of an OPA module: memory, abort, and built-ins with up to four operands. */
export const hostImports = (memory: WebAssembly.Memory, state: HostState): WebAssembly.Imports => {
  const known = newKnownResults(state.clock);
  const builtIn = (id: number, _context: number, ...addresses: number[]): number =>
    callBuiltIn(memory, state, known, id, addresses);
  return {
    env: {
      memory,
      opa_abort: (address: number): never => {
        throw abortFault(readText(memory, address));
      },
      opa_println: () => undefined,
      opa_builtin0: builtIn,
      opa_builtin1: builtIn,
      opa_builtin2: builtIn,
      opa_builtin3: builtIn,
      opa_builtin4: builtIn,
    },
  };
};
