import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WrongUse } from './exit-code-of.js';

/** How the tests of a policy are called, beside it. */
export const testSuffix = '_test.rego';

/** Whether a file is a policy, and no test of one. */
export const isPolicy = (name: string): boolean => name.endsWith('.rego') && !name.endsWith(testSuffix);

const kindOf = async (path: string): Promise<'file' | 'folder'> => {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    throw new WrongUse(`${path} is not there: name a policy file or a folder of policies`, { cause });
  }
};

const policiesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && isPolicy(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
};

/** The file that is named, or every policy of the folder and its folders. @throws WrongUse when there is none. */
export const policiesAt = async (path: string): Promise<readonly string[]> => {
  if ((await kindOf(path)) === 'file') return [path];
  const found = await policiesIn(path);
  if (found.length === 0) throw new WrongUse(`${path} holds no policy: name a folder with .rego files`);
  return found;
};
