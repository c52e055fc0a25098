import type { Logger } from '@weir/postgres';
import { createLogger } from '@weir/service';
import { processOutput, type Output } from './output.js';

/**
 * Where `weir up` speaks when nobody sits before it: answers to stdout, all else in log lines between those of the system,
 * so that what collects them understands each line.
 */
export const loggedOutput = (logger: Logger = createLogger('weir')): Output => ({
  ...processOutput,
  stderr: (text) => logger.info(text.trim()),
  fault: (message, error) => {
    // Who wants no log still wants to know why it ended.
    if (logger.level === 'silent') processOutput.stderr(message);
    else logger.fatal({ err: error }, message);
  },
});
