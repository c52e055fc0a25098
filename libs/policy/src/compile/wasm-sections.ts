/** A part of a module: its id and its bytes without id and length. Source: WebAssembly 1.0, 5.5. */
export type WasmSection = { readonly id: number; readonly content: Uint8Array };

/** A place in bytes that moves on as they are read. */
export type ByteReader = { readonly bytes: Uint8Array; at: number };

const header = 8;

/** An unsigned LEB128 number. */
export const readNumber = (reader: ByteReader): number => {
  let result = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined) throw new Error('the module ends within a number');
    reader.at += 1;
    result += (byte & 127) * factor;
    if (byte < 128) return result;
  }
};

/** So many bytes, not copied. */
export const readBytes = (reader: ByteReader, length: number): Uint8Array => {
  reader.at += length;
  return reader.bytes.subarray(reader.at - length, reader.at);
};

export const readName = (reader: ByteReader): string => Buffer.from(readBytes(reader, readNumber(reader))).toString();

export const writeNumber = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...writeNumber(Math.floor(value / 128))];

/** The sections of a module in order. */
export const sectionsOf = (wasm: Uint8Array): readonly WasmSection[] => {
  const reader: ByteReader = { bytes: wasm, at: header };
  const sections: WasmSection[] = [];
  while (reader.at < wasm.length) {
    const [id = 0] = readBytes(reader, 1);
    sections.push({ id, content: readBytes(reader, readNumber(reader)) });
  }
  return sections;
};

/** A module of these sections. */
export const moduleOf = (wasm: Uint8Array, sections: readonly WasmSection[]): Uint8Array =>
  Buffer.concat([
    wasm.subarray(0, header),
    ...sections.flatMap(({ id, content }) => [Uint8Array.from([id, ...writeNumber(content.length)]), content]),
  ]);
