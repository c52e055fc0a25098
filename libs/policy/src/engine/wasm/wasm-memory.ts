import type { OpaExports } from './opa-exports.js';

const views = new WeakMap<ArrayBuffer, Buffer>();

const viewOf = (memory: WebAssembly.Memory): Buffer => {
  // Invariant: growing memory makes a new buffer, so a view is kept by buffer and never by memory.
  const { buffer } = memory;
  const known = views.get(buffer);
  if (known !== undefined) return known;
  const view = Buffer.from(buffer);
  views.set(buffer, view);
  return view;
};

/** The zero-terminated UTF-8 text at an address. */
export const readText = (memory: WebAssembly.Memory, address: number): string => {
  const view = viewOf(memory);
  return view.toString('utf8', address, view.indexOf(0, address));
};

/** Copies bytes into fresh Wasm memory. */
export const writeBytes = (memory: WebAssembly.Memory, exports: OpaExports, bytes: Uint8Array): number => {
  const address = exports.opa_malloc(bytes.length);
  viewOf(memory).set(bytes, address);
  return address;
};
