import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where systems keep what programs can make again: https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch05s05.html */
const CACHE = '/var/cache/weir';

/** Somebody else could have put there what would be run. */
export class NotOurs extends Error {
  override readonly name = 'NotOurs';

  constructor(path: string, because: string) {
    super(
      `PostgreSQL is not run from ${path}, which ${because}: somebody else could have put it there. Remove it, or set DATABASE_URL to use a PostgreSQL of your own.`,
    );
  }
}

/**
 * A copy of the folder `installed` that other accounts may read, for one that may not enter where that lies, such as
 * below root's home. Invariant: nothing is run that another account could have written, whatever stands there before:
 * the folder and all above it belong to this account or to root and are closed to others, and the copy is compared with
 * the original, byte by byte, and made anew where it differs.
 * @throws NotOurs
 */
export const trustedCopy = (installed: string, version: string, cache = CACHE): string => {
  mkdirSync(cache, { recursive: true, mode: 0o755 });
  for (let folder = resolve(cache); ; folder = dirname(folder)) {
    refuseForeign(folder);
    if (folder === dirname(folder)) break;
  }
  const target = join(cache, `postgres-${version}`);
  if (isThere(target)) refuseForeign(target);
  if (!isThere(target) || !isSame(installed, target)) copyAnew(installed, target, cache);
  return target;
};

/** In a folder with the sticky bit, such as /tmp, others may add names and not exchange ours. */
const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

const refuseForeign = (path: string): void => {
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new NotOurs(path, 'is no folder');
  if (found.uid !== 0 && found.uid !== process.getuid?.()) throw new NotOurs(path, 'belongs to another account');
  if ((found.mode & WRITABLE_BY_OTHERS) !== 0 && (found.mode & STICKY) === 0)
    throw new NotOurs(path, 'other accounts may write to');
};

const isThere = (path: string): boolean => statOf(path) !== null;

const statOf = (path: string): Stats | null => lstatSync(path, { throwIfNoEntry: false }) ?? null;

const copyAnew = (installed: string, target: string, cache: string): void => {
  const partial = mkdtempSync(join(cache, 'partial-'));
  try {
    cpSync(installed, partial, { recursive: true, verbatimSymlinks: true });
    chmodSync(partial, 0o755);
    rmSync(target, { recursive: true, force: true });
    renameSync(partial, target);
  } catch (fault) {
    // Another process was first with the same.
    if (!isThere(target) || !isSame(installed, target)) throw fault;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
};

const isSame = (original: string, copy: string): boolean => {
  const [one, other] = [statOf(original), statOf(copy)];
  if (one === null || other === null) return false;
  if (one.isSymbolicLink()) return other.isSymbolicLink() && readlinkSync(original) === readlinkSync(copy);
  if (one.isDirectory()) return other.isDirectory() && isSameFolder(original, copy);
  return (
    other.isFile() &&
    one.size === other.size &&
    (one.mode & 0o777) === (other.mode & 0o777) &&
    readFileSync(original).equals(readFileSync(copy))
  );
};

const isSameFolder = (original: string, copy: string): boolean => {
  const names = readdirSync(original);
  return (
    names.length === readdirSync(copy).length && names.every((name) => isSame(join(original, name), join(copy, name)))
  );
};
