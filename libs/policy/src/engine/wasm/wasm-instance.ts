import { createRequire } from 'node:module';
import type * as OpaWasm from '@open-policy-agent/opa-wasm';
import { hostImports } from './host-imports.js';
import type { BuiltInNames, HostState } from './host-imports.js';
import { linkedBuiltIns } from './linked-built-ins.js';
import type { OpaExports } from './opa-exports.js';
import { openParsedParts, type ParsedParts } from './parsed-parts.js';
import { readText } from './wasm-memory.js';

// The package's types describe its CommonJS entry; its ESM entry has only `loadPolicy`.
const sdk = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as typeof OpaWasm;

/** A module with its data, ready for input after input. Once anything has thrown through it, it must be dropped. */
export type WasmInstance = {
  readonly input: ParsedParts;
  /** Evaluates one entrypoint on what `input.show` gave, as of an instant, and tells the result set in Rego's spelling. */
  readonly ask: (entrypoint: number, shown: number, nowNanos: bigint) => string;
  /** Whether the last ask wanted to know the time. */
  readonly askedClock: () => boolean;
  /** Policy id to entrypoint. */
  readonly entrypoints: ReadonlyMap<string, number>;
  /** Bytes of Wasm memory in use; they never shrink. */
  readonly memoryBytes: () => number;
};

/** A loaded module: the code and the JSON text of its data. */
export type WasmSource = { readonly module: WebAssembly.Module; readonly data: string };

const pageBytes = 65_536;
const firstPages = 8;
const answerPackage = 'weir_answers/p_';

const entrypointIds = (entrypoints: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(entrypoints).map(([name, id]) => [name.slice(answerPackage.length), id]));

/** Names of the built-ins that the module asks for, by id: those that OPA left to the host, and those linked to it. */
const builtInNames = (memory: WebAssembly.Memory, exports: OpaExports, module: WebAssembly.Module): BuiltInNames => {
  const ids = JSON.parse(readText(memory, exports.opa_json_dump(exports.builtins()))) as Record<string, number>;
  return new Map([...Object.entries(ids).map(([name, id]) => [id, name] as const), ...linkedBuiltIns(module)]);
};

/** Stands still during an ask, and remembers whether it was looked at. */
const openClock = (): HostState['clock'] => {
  let now = 0n;
  let wasAsked = false;
  return {
    get nowNanos() {
      wasAsked = true;
      return now;
    },
    get wasAsked() {
      return wasAsked;
    },
    set: (instant) => {
      now = instant;
      wasAsked = false;
    },
  };
};

/** Through the SDK's own class: it checks nothing less and loads data without touching what instances share. */
const loadData = ({ module, data }: WasmSource, instance: WebAssembly.Instance, memory: WebAssembly.Memory) => {
  const loaded = new sdk.LoadedPolicy({ instance, module }, memory, 2);
  loaded.setData(new TextEncoder().encode(data).buffer);
  return loaded;
};

/**
 * Instantiates a module with its data and with a memory that cannot grow beyond the limit. Evaluates beneath the SDK:
 * its own loop parses the input again for every entrypoint and rounds integers beyond 2^53 (ADR 0010).
 */
export const openInstance = (source: WasmSource, memoryMegabytes: number): WasmInstance => {
  const memory = new WebAssembly.Memory({
    initial: firstPages,
    maximum: Math.ceil((memoryMegabytes * 2 ** 20) / pageBytes),
  });
  const state: HostState = { exports: undefined, builtInNames: new Map(), clock: openClock() };
  const instance = new WebAssembly.Instance(source.module, hostImports(memory, state));
  const exports = instance.exports as unknown as OpaExports;
  state.exports = exports;
  state.builtInNames = builtInNames(memory, exports, source.module);
  const loaded = loadData(source, instance, memory);
  const input = openParsedParts(memory, exports, loaded.dataHeapPtr as number);
  return {
    entrypoints: entrypointIds(loaded.entrypoints as Record<string, number>),
    memoryBytes: () => memory.buffer.byteLength,
    askedClock: () => state.clock.wasAsked,
    input,
    ask: (entrypoint, shown, nowNanos) => {
      state.clock.set(nowNanos);
      exports.opa_heap_ptr_set(input.freeFrom());
      const context = exports.opa_eval_ctx_new();
      exports.opa_eval_ctx_set_input(context, shown);
      exports.opa_eval_ctx_set_data(context, loaded.dataAddr);
      exports.opa_eval_ctx_set_entrypoint(context, entrypoint);
      exports.eval(context);
      return readText(memory, exports.opa_value_dump(exports.opa_eval_ctx_get_result(context)));
    },
  };
};
