import { readFile } from 'node:fs/promises';
import { WrongUse } from './exit-code-of.js';

/** The bytes of a file that the user named by an option or argument; a file that cannot be read is wrong use. */
export const readFileOrRefuse = async (path: string, what: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new WrongUse(`${what} ${path} cannot be read (${reason}): name a file that is there`, { cause });
  }
};
