import type { ExitCode, Output } from './output.js';

/** A command was used wrongly; the message says what to do instead. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}

/** Runs a command and turns wrong use and faults into a line on stderr and the exit code that stands for them. */
export const exitCodeOf = async (output: Output, run: () => Promise<ExitCode>): Promise<ExitCode> => {
  try {
    return await run();
  } catch (error) {
    output.stderr(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof WrongUse ? 2 : 3;
  }
};
