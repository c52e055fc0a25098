import { once } from 'node:events';

/** Where a command speaks: answers to stdout, everything else to stderr. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Resolves when what was said is taken, for those who say much. */
  ready?(): Promise<void>;
}

/** 0 done, 1 the answer is no, 2 wrong use, 3 a fault. */
export type ExitCode = 0 | 1 | 2 | 3;

export const processOutput: Output = {
  stdout: (text) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
  stderr: (text) => void process.stderr.write(text.endsWith('\n') ? text : `${text}\n`),
  ready: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  },
};
