import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './postgres-binaries.js';

/** Names the folder that PostgreSQL works in when it is not the data folder itself. */
const POINTER = 'postgres-folder';

/** Where systems keep the state of services: https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch05s08.html */
const STATE = '/var/lib/weir';

/** The folder that PostgreSQL works in for the data folder, as far as it was chosen already. */
export const postgresFolderOf = (dataFolder: string): string => {
  const pointer = join(dataFolder, POINTER);
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : dataFolder;
};

/**
 * Chooses that folder, creating it when needed: the data folder, or one below `state` when it lies where `account` may
 * not enter, such as below root's home. A data folder that was removed never finds the cluster of its predecessor again.
 */
export const choosePostgresFolder = (dataFolder: string, account: Account | null, state = STATE): string => {
  mkdirSync(dataFolder, { recursive: true });
  const chosen = postgresFolderOf(dataFolder);
  if (chosen !== dataFolder) {
    if (!existsSync(chosen))
      throw new Error(
        `The data of ${dataFolder} was kept in ${chosen}, which is gone. Put it back, or remove ${dataFolder} to begin anew.`,
      );
    return chosen;
  }
  if (!account) return dataFolder;
  if (mayEnter(dataFolder, account)) {
    chownSync(dataFolder, account.uid, account.gid);
    return dataFolder;
  }
  const folder = createBelow(state, dataFolder, account);
  writeFileSync(join(dataFolder, POINTER), `${folder}\n`);
  return folder;
};

const createBelow = (state: string, dataFolder: string, account: Account): string => {
  try {
    mkdirSync(state, { recursive: true });
    chmodSync(state, 0o755);
    const folder = mkdtempSync(join(state, 'postgres-'));
    chownSync(folder, account.uid, account.gid);
    return folder;
  } catch (cause) {
    throw new Error(
      `PostgreSQL does not run as root, the account it runs under may not enter ${dataFolder}, and ${state} cannot be created. Choose a folder that other accounts may enter with --data, or set DATABASE_URL.`,
      { cause },
    );
  }
};

/** The parents count: the folder's own rights are given to the account afterwards. */
const mayEnter = (folder: string, account: Account): boolean =>
  spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', join(folder, '..')], { ...account, cwd: '/', stdio: 'ignore' })
    .status === 0;
