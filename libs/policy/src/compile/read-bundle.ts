import { gunzipSync } from 'node:zlib';

const block = 512;

const textAt = (archive: Buffer, start: number, length: number): string =>
  archive.toString('utf8', start, start + length).replace(/\0.*$/s, '');

/**
 * One file out of a gzipped tar, by its full name; undefined when it is not there. Bundles hold plain files only, with
 * absolute names such as `/policy.wasm`.
 */
export const readFromBundle = (bundle: Buffer, name: string): Buffer | undefined => {
  const archive = gunzipSync(bundle);
  for (let at = 0; at + block <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(textAt(archive, at + 124, 12).trim(), 8);
    if (textAt(archive, at, 100) === name) return archive.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
  }
  return undefined;
};
