import { suppliedInstead, type Overridden } from './supplied-instead.js';
import { hostBuiltInsSection, firstHostId } from '../engine/wasm/linked-built-ins.js';
import { moduleOf, readBytes, readName, readNumber, sectionsOf, writeNumber } from './wasm-sections.js';
import type { ByteReader, WasmSection } from './wasm-sections.js';

const [CUSTOM, IMPORTS, CODE] = [0, 2, 10];
const FUNCTION_NAMES = 1;
const [I32_CONST, LOCAL_GET, CALL, END] = [0x41, 0x20, 0x10, 0x0b];

const sectionWith = (sections: readonly WasmSection[], id: number): ByteReader => {
  const found = sections.find((section) => section.id === id);
  if (found === undefined) throw new Error(`the module has no section ${id}`);
  return { bytes: found.content, at: 0 };
};

/** How long what follows the names of an import is, by its kind: limits of tables and memories have one or two numbers. */
const skipDescription = (reader: ByteReader): boolean => {
  const [kind] = readBytes(reader, 1);
  if (kind === 3) readBytes(reader, 2);
  else if (kind === 0) readNumber(reader);
  else {
    if (kind === 1) readBytes(reader, 1);
    const [flags = 0] = readBytes(reader, 1);
    readNumber(reader);
    if ((flags & 1) === 1) readNumber(reader);
  }
  return kind === 0;
};

/** Names of imported functions in the order of their indexes, which come before those of the module's own. */
const importedFunctions = (reader: ByteReader): readonly string[] => {
  const names: string[] = [];
  for (let left = readNumber(reader); left > 0; left -= 1) {
    readName(reader);
    const name = readName(reader);
    if (skipDescription(reader)) names.push(name);
  }
  return names;
};

/** The names that OPA's compiler writes for the functions of its runtime. */
const functionNames = (sections: readonly WasmSection[]): ReadonlyMap<string, number> => {
  for (const { id, content } of sections) {
    const reader: ByteReader = { bytes: content, at: 0 };
    if (id !== CUSTOM || readName(reader) !== 'name') continue;
    while (reader.at < content.length) {
      const [kind] = readBytes(reader, 1);
      const part: ByteReader = { bytes: readBytes(reader, readNumber(reader)), at: 0 };
      if (kind !== FUNCTION_NAMES) continue;
      const pairs = Array.from({ length: readNumber(part) }, () => {
        const index = readNumber(part);
        return [readName(part), index] as const;
      });
      return new Map(pairs);
    }
  }
  throw new Error('the module does not name its functions');
};

/** Signed LEB128 of a number that is not negative. */
const signed = (value: number): readonly number[] => {
  const bytes = [...writeNumber(value)];
  const last = bytes.at(-1) ?? 0;
  return last < 64 ? bytes : [...bytes.slice(0, -1), last + 128, 0];
};

/** The body of a function that asks the host: no locals, the built-in's id, no context, each operand. */
const askHost = (id: number, operands: number, dispatcher: number): Uint8Array => {
  const locals = Array.from({ length: operands }, (_, index) => [LOCAL_GET, index]).flat();
  const call = [I32_CONST, ...signed(id), I32_CONST, 0, ...locals, CALL, ...writeNumber(dispatcher), END];
  return Uint8Array.from([0, ...call]);
};

const bodiesOf = (reader: ByteReader): Uint8Array[] =>
  Array.from({ length: readNumber(reader) }, () => readBytes(reader, readNumber(reader)));

const codeOf = (bodies: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([
    Uint8Array.from(writeNumber(bodies.length)),
    ...bodies.flatMap((body) => [Uint8Array.from(writeNumber(body.length)), body]),
  ]);

const namesSection = (names: readonly string[]): WasmSection => {
  const title = Buffer.from(hostBuiltInsSection);
  const content = Buffer.from(JSON.stringify(names));
  return { id: CUSTOM, content: Buffer.concat([Uint8Array.from(writeNumber(title.length)), title, content]) };
};

/**
 * Has the host asked where OPA's own Wasm answers otherwise than OPA does: the bodies of these functions become calls
 * of the host, by ids that a section of the module tells. Everything else stays as OPA compiled it.
 */
export const linkHostBuiltIns = (wasm: Uint8Array, overridden: readonly Overridden[] = suppliedInstead): Uint8Array => {
  const sections = sectionsOf(wasm);
  const imported = importedFunctions(sectionWith(sections, IMPORTS));
  const named = functionNames(sections);
  const bodies = bodiesOf(sectionWith(sections, CODE));
  overridden.forEach(({ builtIn, wasmFunction, operands }, place) => {
    const index = named.get(wasmFunction);
    // OPA leaves out what no policy of the module calls.
    if (index === undefined) return;
    const dispatcher = imported.indexOf(`opa_builtin${operands}`);
    if (dispatcher < 0) throw new Error(`the module has no way to ask the host for ${builtIn}`);
    bodies[index - imported.length] = askHost(firstHostId + place, operands, dispatcher);
  });
  const linked = sections.map((section) => (section.id === CODE ? { id: CODE, content: codeOf(bodies) } : section));
  return moduleOf(wasm, [...linked, namesSection(overridden.map(({ builtIn }) => builtIn))]);
};
