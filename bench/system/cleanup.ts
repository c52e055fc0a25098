import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What must be ended again, in reverse order, however a run ends. */
export interface Cleanup {
  add(end: () => Promise<void> | void): void;
  run(): Promise<void>;
}

export const createCleanup = (): Cleanup => {
  const ends: (() => Promise<void> | void)[] = [];
  return {
    add: (end) => void ends.push(end),
    run: async () => {
      for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
        try {
          await end();
        } catch (fault) {
          process.stderr.write(`bench: while cleaning up: ${String(fault)}\n`);
        }
      }
    },
  };
};

/** A folder that another account can enter, because PostgreSQL does not run as root; removed at the end. */
export const temporaryFolder = (cleanup: Cleanup): string => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  chmodSync(folder, 0o755);
  cleanup.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return folder;
};
