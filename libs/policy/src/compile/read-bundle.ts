import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';

/** One file out of a gzipped tar, by its full name such as `/policy.wasm`; undefined when it is not there. */
export const readFromBundle = async (bundle: Uint8Array, name: string): Promise<Buffer | undefined> => {
  const entries = extract();
  entries.end(gunzipSync(bundle));
  for await (const entry of entries) {
    if (entry.header.name === name) return buffer(entry);
    entry.resume();
  }
  return undefined;
};
