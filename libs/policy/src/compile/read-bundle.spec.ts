import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { seeded } from '../../../../tools/testing/seeded.js';
import { readFromBundle } from './read-bundle.js';

const bundleOf = async (files: ReadonlyMap<string, Buffer>): Promise<Buffer> => {
  const archive = pack();
  for (const [name, bytes] of files) archive.entry({ name }, bytes);
  archive.finalize();
  return gzipSync(await buffer(archive));
};

test('each file is read by its name, whatever stands before it: 60 archives by seed', async () => {
  const random = seeded(0x7a6);
  const draw = (most: number): number => Math.floor(random() * most);
  const sizes = [0, 1, 511, 512, 513, 1024, 100_000];
  for (let run = 0; run < 60; run += 1) {
    const files = new Map(
      Array.from({ length: 1 + draw(6) }, (_, index): [string, Buffer] => [
        `${'folder/'.repeat(draw(40))}file-${index}.wasm`,
        Buffer.alloc(sizes[draw(sizes.length)] ?? 0, index + 1),
      ]),
    );
    const bundle = await bundleOf(files);
    for (const [name, bytes] of files) expect(await readFromBundle(bundle, name)).toEqual(bytes);
    expect(await readFromBundle(bundle, '/policy.wasm')).toBeUndefined();
  }
});

test('an archive that is cut off is a fault', async () => {
  const whole = await bundleOf(new Map([['/policy.wasm', Buffer.alloc(4_000, 7)]]));
  await expect(readFromBundle(whole.subarray(0, whole.length - 20), '/policy.wasm')).rejects.toThrow();
});
