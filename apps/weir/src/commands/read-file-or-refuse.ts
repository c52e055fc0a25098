import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { WrongUse } from './exit-code-of.js';

/** The bytes of a file that the user named by an option or argument; a file that cannot be read is wrong use. */
export const readFileOrRefuse = async (path: string, what: string): Promise<Buffer> => {
  refuseFolder(path, what);
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
};

/** A folder where a file is asked for, and what is not there, is wrong use: said before anything is done. */
export const refuseFolder = (path: string, what: string): void => {
  let found;
  try {
    found = statSync(path);
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
  if (found.isDirectory()) throw new WrongUse(`${what} ${path} is a folder: name a file in it`);
};

/** A folder where a file is to be written is wrong use; what is not there yet is made. */
export const refuseFolderToWrite = (path: string, what: string): void => {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new WrongUse(`${what} ${path} is a folder: name a file in it`);
};

const unreadable = (path: string, what: string, cause: unknown): WrongUse => {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
  return new WrongUse(`${what} ${path} cannot be read (${reason}): name a file that is there`, { cause });
};
