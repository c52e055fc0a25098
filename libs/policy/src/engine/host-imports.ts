import type { CallContext } from '../built-ins/built-in.js';
import { writeRegoValue } from '../built-ins/format-rego-value.js';
import { hostBuiltIns } from '../built-ins/host-built-ins.js';
import { parseRegoValue } from '../built-ins/parse-rego-value.js';
import type { RegoValue } from '../built-ins/rego-value.js';
import { abortFault, PolicyFault } from './policy-fault.js';
import type { OpaExports } from './opa-exports.js';
import { readText, writeBytes } from './wasm-memory.js';

/** The instant of an ask. */
export type Clock = CallContext & { readonly wasAsked: boolean; readonly set: (nowNanos: bigint) => void };

/** What the imports need once the instance is there; the clock is set before each ask. */
export type HostState = {
  exports: OpaExports | undefined;
  builtInNames: readonly string[];
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

/** Operands and results cross as Rego text, never as JavaScript numbers: integers beyond 2^53 stay exact. */
const callBuiltIn = (memory: WebAssembly.Memory, state: HostState, id: number, addresses: readonly number[]): number => {
  const { exports } = state;
  if (exports === undefined) throw new PolicyFault('engine_fault', 'a built-in was called before the module was ready');
  const operands = addresses.map((address) => parseRegoValue(readText(memory, exports.opa_value_dump(address))));
  const result = compute(state.builtInNames[id] ?? `number ${id}`, operands, state.clock);
  if (result === undefined) return 0;
  const bytes = Buffer.from(writeRegoValue(result));
  const parsed = exports.opa_value_parse(writeBytes(memory, exports, bytes), bytes.length);
  if (parsed === 0) throw new PolicyFault('builtin_failed', `the result of ${state.builtInNames[id]} cannot be read`);
  return parsed;
};

/** The imports of an OPA module: memory, abort, and built-ins with up to four operands. */
export const hostImports = (memory: WebAssembly.Memory, state: HostState): WebAssembly.Imports => {
  const builtIn = (id: number, _context: number, ...addresses: number[]): number =>
    callBuiltIn(memory, state, id, addresses);
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
