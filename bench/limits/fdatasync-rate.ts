import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const BLOCK_BYTES = 8192;

/** How often a second the disk of `folder` makes 8 KB durable, one after the other: the limit of commits that wait for each other. */
export const fdatasyncRate = (folder: string, seconds: number): number => {
  const path = join(folder, 'fdatasync');
  const file = openSync(path, 'w');
  try {
    const block = Buffer.alloc(BLOCK_BYTES, 'w');
    const start = performance.now();
    let count = 0;
    for (; performance.now() - start < seconds * 1000; count += 1) {
      writeSync(file, block, 0, BLOCK_BYTES, (count % 256) * BLOCK_BYTES);
      fdatasyncSync(file);
    }
    return count / ((performance.now() - start) / 1000);
  } finally {
    closeSync(file);
    rmSync(path);
  }
};
