import { createRequire } from 'node:module';
import type * as OpaWasm from '@open-policy-agent/opa-wasm';
import { sdkBuiltIns } from './sdk-built-ins.ts';

// The package's types describe its CommonJS entry; its ESM entry has only `loadPolicy`.
const sdk = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as typeof OpaWasm;

/** As docs/adr/0160 describes them: a section of the module names what is asked of the host, by ids from here on. */
const [SECTION, FIRST_ID] = ['weir.host_built_ins', 10_000];

interface Exports {
  readonly builtins: () => number;
  readonly opa_json_dump: (value: number) => number;
  readonly opa_json_parse: (address: number, length: number) => number;
  readonly opa_malloc: (size: number) => number;
}

/**
 * A module of the log as OPA's own SDK evaluates it, with built-ins that share no code with the engine. The SDK is
 * given an instance, since it cannot be told of built-ins that a module's own table does not list.
 */
export const loadJudgedModule = (wasm: Buffer, now: () => bigint): OpaWasm.LoadedPolicy => {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const module = new WebAssembly.Module(new Uint8Array(wasm));
  const names = new Map<number, string>();
  const builtIns = sdkBuiltIns(now);
  const call = (id: number, _context: number, ...operands: number[]): number => {
    const name = names.get(id) ?? `number ${String(id)}`;
    const builtIn = builtIns[name];
    if (builtIn === undefined)
      throw new Error(`the judge has no built-in ${name}: add it to e2e/stories/judge/sdk-built-ins.ts`);
    const { opa_json_dump: dump } = exports;
    const values = operands.map((operand) => JSON.parse(textAt(memory, dump(operand))) as unknown);
    return put(memory, exports, builtIn(...(values as never[])));
  };
  const abort = (address: number): never => {
    throw new Error(textAt(memory, address));
  };
  const instance: WebAssembly.Instance = new WebAssembly.Instance(module, {
    env: {
      memory,
      opa_abort: abort,
      opa_println: () => undefined,
      opa_builtin0: call,
      opa_builtin1: call,
      opa_builtin2: call,
      opa_builtin3: call,
      opa_builtin4: call,
    },
  });
  const exports = instance.exports as unknown as Exports;
  const listed = JSON.parse(textAt(memory, exports.opa_json_dump(exports.builtins()))) as Record<string, number>;
  for (const [name, id] of Object.entries(listed)) names.set(id, name);
  namesIn(module).forEach((name, place) => names.set(FIRST_ID + place, name));
  return new sdk.LoadedPolicy({ instance, module }, memory, 2);
};

const namesIn = (module: WebAssembly.Module): readonly string[] => {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  return section === undefined ? [] : (JSON.parse(Buffer.from(section).toString()) as readonly string[]);
};

const textAt = ({ buffer }: WebAssembly.Memory, address: number): string => {
  const bytes = Buffer.from(buffer, address);
  return bytes.toString('utf8', 0, bytes.indexOf(0));
};

const put = (memory: WebAssembly.Memory, exports: Exports, value: unknown): number => {
  if (value === undefined) return 0;
  const bytes = Buffer.from(JSON.stringify(value));
  const address = exports.opa_malloc(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, address);
  return exports.opa_json_parse(address, bytes.length);
};
