import { expect, test } from 'vitest';
import { COUNT_FULL_COLLECTIONS, printedNumber } from '../../../../../tools/testing/full-collections.js';

/** Work of a thread with a small heap whose objects live for a batch. It tells how often all its garbage was collected, after the first time. */
const work = `
  const { parentPort } = await import('node:worker_threads');
  ${COUNT_FULL_COLLECTIONS}
  globalThis.gc();
  const batch = [];
  const turn = (left) => {
    for (let i = 0; i < 400; i += 1) { batch.push({ i, buffer: Buffer.alloc(500), list: new Array(100).fill(i) }); if (batch.length > 12_000) batch.splice(0, 6_000); }
    if (left > 0) setTimeout(turn, 1, left - 1);
    else setTimeout(() => parentPort.postMessage(collections), 50);
  };
  turn(300);
`;

const collections = (begin: string): Promise<number> =>
  printedNumber(
    `
    ${begin}
    const { Worker } = await import('node:worker_threads');
    new Worker(${JSON.stringify(work)}, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 256 } }).on('message', (count) => console.log(count));
  `,
    '--expose-gc',
  );

test('a thread with a small heap seldom has all garbage collected', async () => {
  const module = new URL('./quiet-heap.ts', import.meta.url).href;
  const usual = await collections('');
  const quiet = await collections(`(await import(${JSON.stringify(module)})).quietHeap();`);
  expect(usual).toBeGreaterThan(3);
  expect(quiet).toBeLessThan(usual / 2);
});
