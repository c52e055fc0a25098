import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Work of a thread with a small heap whose objects live for a batch. It tells how often all its garbage was collected, after the first time. */
const work = `
  const { parentPort } = await import('node:worker_threads');
  const { PerformanceObserver, constants } = await import('node:perf_hooks');
  let collections = 0;
  new PerformanceObserver((list) => { for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1; }).observe({ entryTypes: ['gc'] });
  globalThis.gc();
  const batch = [];
  const turn = (left) => {
    for (let i = 0; i < 400; i += 1) { batch.push({ i, buffer: Buffer.alloc(500), list: new Array(100).fill(i) }); if (batch.length > 12_000) batch.splice(0, 6_000); }
    if (left > 0) setTimeout(turn, 1, left - 1);
    else setTimeout(() => parentPort.postMessage(collections), 50);
  };
  turn(300);
`;

const collections = async (begin: string): Promise<number> => {
  const program = `
    ${begin}
    const { Worker } = await import('node:worker_threads');
    new Worker(${JSON.stringify(work)}, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 256 } }).on('message', (count) => console.log(count));
  `;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--expose-gc', '--input-type=module', '--eval', program]);
  expect(stderr).toBe('');
  return Number(stdout);
};

test('a thread with a small heap seldom has all garbage collected', async () => {
  const module = new URL('./quiet-heap.ts', import.meta.url).href;
  const usual = await collections('');
  const quiet = await collections(`(await import(${JSON.stringify(module)})).quietHeap();`);
  expect(usual).toBeGreaterThan(3);
  expect(quiet).toBeLessThan(usual / 2);
});
