import { PolicyFault } from '../policy-fault.js';
import type { InputPart } from '../cut-input/cut-input.js';
import type { OpaExports } from './opa-exports.js';
import { writeBytes } from './wasm-memory.js';

/** What of the present input is in Wasm memory: values live until another input begins. */
export type ParsedParts = {
  readonly begin: () => void;
  /** The value that a policy gets as `input`. Throws a `PolicyFault`. */
  readonly show: (part: InputPart) => number;
  /** Where memory that an ask may use begins. */
  readonly freeFrom: () => number;
};

/** Reads a part once, however many policies are shown it. `floor`: where memory begins that inputs may use. */
export const openParsedParts = (memory: WebAssembly.Memory, exports: OpaExports, floor: number): ParsedParts => {
  let top = floor;
  const values = new Map<InputPart, number>();

  const parse = (part: InputPart): number => {
    exports.opa_heap_ptr_set(top);
    const bytes = part.bytes();
    const value = exports.opa_json_parse(writeBytes(memory, exports, bytes), bytes.length);
    // The SDK takes a zero address for "no input", and a policy's default would answer: a silent allow.
    if (value === 0) throw new PolicyFault('bad_input', 'the input is not valid JSON');
    top = exports.opa_heap_ptr_get();
    values.set(part, value);
    return value;
  };
  return {
    begin: () => {
      top = floor;
      values.clear();
    },
    show: (part) => values.get(part) ?? parse(part),
    freeFrom: () => top,
  };
};
