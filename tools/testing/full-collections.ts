import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';

/** The beginning of a program: `collections` is how often all garbage of its thread was collected since. */
export const COUNT_FULL_COLLECTIONS = `
  const { PerformanceObserver, constants } = await import('node:perf_hooks');
  let collections = 0;
  new PerformanceObserver((list) => { for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections += 1; }).observe({ entryTypes: ['gc'] });
`;

/** The number that a program prints, run as a process of its own: what it does to V8 stays there. It may print no warning. */
export const printedNumber = async (program: string, ...flags: readonly string[]): Promise<number> => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    ...flags,
    '--input-type=module',
    '--eval',
    program,
  ]);
  expect(stderr).toBe('');
  return Number(stdout);
};
