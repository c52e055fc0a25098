import { existsSync, mkdirSync, readFileSync, statSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Another process works in the data folder; two would end each other's database. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';

  constructor(directory: string, processId: number) {
    super(
      `Weir is running in ${directory} already (process ${processId}). Stop it, or choose another folder with --data.`,
    );
  }
}

export interface DataDirectory {
  readonly path: string;
  release(): void;
}

/** Takes the folder for this process, creating it when needed. A process that was killed leaves no claim behind. */
export const claimDataDirectory = (path: string): DataDirectory => {
  const directory = resolve(path);
  createFolder(directory);
  const claim = join(directory, 'weir.pid');
  const owner = readClaim(claim);
  if (owner && owner.processId !== process.pid && startedAt(owner.processId) === owner.startedAt)
    throw new DataDirectoryInUse(directory, owner.processId);
  writeClaim(claim, { processId: process.pid, startedAt: startedAt(process.pid) });
  return { path: directory, release: () => rmSync(claim, { force: true }) };
};

/** One by one: asked for all at once below /proc, Node never returns. */
const makeFolders = (directory: string): void => {
  if (existsSync(directory)) {
    if (!statSync(directory).isDirectory()) throw new Error(`${directory} is a file`);
    return;
  }
  makeFolders(dirname(directory));
  mkdirSync(directory);
};

const createFolder = (directory: string): void => {
  try {
    makeFolders(directory);
  } catch (cause) {
    throw new Error(`The data folder ${directory} cannot be created. Choose another one with --data.`, { cause });
  }
};

const writeClaim = (file: string, claim: Claim): void => {
  try {
    writeFileSync(file, JSON.stringify(claim));
  } catch (cause) {
    throw new Error(
      `The data folder ${dirname(file)} cannot be written. Let this account write there, or choose another one with --data.`,
      { cause },
    );
  }
};

interface Claim {
  readonly processId: number;
  readonly startedAt: string | null;
}

const readClaim = (file: string): Claim | null => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Claim;
  } catch {
    return null;
  }
};

/** Process numbers are used again, so a number alone does not say that the claimant lives; null when it does not. */
const startedAt = (processId: number): string | null => {
  try {
    if (process.platform !== 'linux') return process.kill(processId, 0) ? 'alive' : null;
    const afterName = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ').at(-1) ?? '';
    return afterName.split(' ')[19] ?? null;
  } catch {
    return null;
  }
};
