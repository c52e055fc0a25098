import { expect, test } from 'vitest';
import { COUNT_FULL_COLLECTIONS, printedNumber } from '../../../tools/testing/full-collections.js';

/** A process of its own: collections are counted for the whole of it. Prints how often all garbage was collected. */
const program = (begin: string): string => `
  ${begin}
  ${COUNT_FULL_COLLECTIONS}
  const heap = Array.from({ length: 600_000 }, (_, i) => ({ i, name: 'package ' + i }));
  const buffers = [];
  for (let turn = 0; turn < 200; turn += 1) {
    for (let i = 0; i < 50; i += 1) { buffers.push(Buffer.alloc(100_000)); if (buffers.length > 200) buffers.shift(); }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(collections + heap.length * 0);
`;

const collections = (begin: string): Promise<number> => printedNumber(program(begin));

test('buffers that come and go beside a large heap seldom have all garbage collected', async () => {
  const module = new URL('./collect-less-often.ts', import.meta.url).href;
  const usual = await collections('');
  const less = await collections(`(await import(${JSON.stringify(module)})).collectLessOften();`);
  expect(usual).toBeGreaterThan(6);
  expect(less).toBeLessThan(usual / 2);
});
