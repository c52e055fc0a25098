import { once } from 'node:events';
import { isEnding } from '@weir/postgres';

/** Where a command speaks: answers to stdout, everything else to stderr. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Told what ends the command, where that is no text for a person; `stderr` is unless there is this. */
  fault?(message: string, error: unknown): void;
  /** Resolves when what was said is taken, for those who say much. */
  ready?(): Promise<void>;
}

/** 0 done, 1 the answer is no, 2 wrong use, 3 a fault. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What fails because the process was told to end is no fault. */
const say = (stream: NodeJS.WriteStream, text: string): void => {
  if (!isEnding()) stream.write(text.endsWith('\n') ? text : `${text}\n`);
};

export const processOutput: Output = {
  stdout: (text) => say(process.stdout, text),
  stderr: (text) => say(process.stderr, text),
  ready: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  },
};
