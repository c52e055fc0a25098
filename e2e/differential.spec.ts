import { expect, test } from 'vitest';
import { sharedData } from '../tools/testing/shared-data.js';
import { compareSelectiveWithFull } from './differential/compare-selective-with-full.js';

test('what feeds changed is judged as if everything were judged anew, on a thousand real packages', async () => {
  const data = sharedData;
  if (data === null) throw new Error('The public data is absent: set WEIR_SHARED_DATA');
  const report = await compareSelectiveWithFull({
    data,
    packages: 1000,
    seed: Date.now() % 1_000_000,
    onProgress: (line) => console.log(line),
  });
  expect(report.packages).toBe(1000);
  expect(report.asking).toBeGreaterThan(50);
  expect(report.differing).toEqual([]);
});
