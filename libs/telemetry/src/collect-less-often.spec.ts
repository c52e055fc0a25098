import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** A process of its own: collections are counted for the whole of it. Prints how often all garbage was collected. */
const program = (begin: string): string => `
  ${begin}
  const { PerformanceObserver, constants } = await import('node:perf_hooks');
  let collections = 0;
  new PerformanceObserver((list) => { for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1; }).observe({ entryTypes: ['gc'] });
  const heap = Array.from({ length: 600_000 }, (_, i) => ({ i, name: 'package ' + i }));
  const buffers = [];
  for (let turn = 0; turn < 200; turn += 1) {
    for (let i = 0; i < 50; i += 1) { buffers.push(Buffer.alloc(100_000)); if (buffers.length > 200) buffers.shift(); }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(collections + heap.length * 0);
`;

const collections = async (begin: string): Promise<number> => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program(begin)]);
  expect(stderr).toBe('');
  return Number(stdout);
};

test('buffers that come and go beside a large heap seldom have all garbage collected', async () => {
  const module = new URL('./collect-less-often.ts', import.meta.url).href;
  const usual = await collections('');
  const less = await collections(`(await import(${JSON.stringify(module)})).collectLessOften();`);
  expect(usual).toBeGreaterThan(6);
  expect(less).toBeLessThan(usual / 2);
});
