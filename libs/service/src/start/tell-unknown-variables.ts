import type { Logger } from '@weir/postgres';
import { unknownVariables } from './unknown-variables.js';

/** What every process reads beside its schema. */
const READ_BY_ALL = ['WEIR_REVISION', 'LOG_LEVEL'];

/**
 * Warns of every variable that looks like ours and is read by nobody in this process, with the name that was probably
 * meant. `known` are the names that the process reads, from its schema.
 */
export const tellUnknownVariables = (known: Iterable<string>, env: NodeJS.ProcessEnv, logger: Logger): void => {
  for (const { name, likely } of unknownVariables(new Set([...READ_BY_ALL, ...known]), env))
    logger.warn(
      { variable: name, ...(likely !== null && { likely }) },
      `${name} is set and nobody reads it: ${likely === null ? 'it is none of docs/reference/configuration.md' : `did you mean ${likely}?`}`,
    );
};
