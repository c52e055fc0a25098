import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeFolder } from '../../harness/weir-process.ts';

const PATIENCE_MS = 10_000;

/**
 * Ends the PostgreSQL that a killed host left behind, waits until it is gone, and removes its folder: while it ends it
 * writes.
 */
export const removeData = async (dataDirectory: string): Promise<void> => {
  const processId = postmasterOf(dataDirectory);
  if (processId !== null && signal(processId, 'SIGQUIT')) {
    for (const until = Date.now() + PATIENCE_MS; signal(processId, 0) && Date.now() < until;) await sleep(20);
  }
  removeFolder(dataDirectory);
};

const postmasterOf = (dataDirectory: string): number | null => {
  try {
    return Number(readFileSync(join(dataDirectory, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return null;
  }
};

/** Whether there was somebody to be told. */
const signal = (processId: number, what: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(processId, what);
  } catch {
    return false;
  }
};
