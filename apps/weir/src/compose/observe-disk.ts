import { statfs } from 'node:fs/promises';
import { atMostEvery, observe } from '@weir/service';

const EVERY_MS = 2_000;

/** Tells scrapes how much room there is where a folder lies. The returned function ends that. */
export const observeDisk = (folder: string): (() => void) => {
  const room = atMostEvery(EVERY_MS, () => statfs(folder));
  const forget = [
    observe('diskFree', async () => {
      const { bavail, bsize } = await room();
      return [{ value: bavail * bsize, labels: {} }];
    }),
    observe('diskSize', async () => {
      const { blocks, bsize } = await room();
      return [{ value: blocks * bsize, labels: {} }];
    }),
  ];
  return () => forget.forEach((end) => end());
};
