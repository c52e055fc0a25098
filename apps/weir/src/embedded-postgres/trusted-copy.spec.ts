import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accountForPostgres, findPostgresBinaries } from './postgres-binaries.js';
import { NotOurs, trustedCopy } from './trusted-copy.js';

const isRoot = process.getuid?.() === 0;
const STRANGER = 65_534;

let folder = '';
let installed = '';
let cache = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-copies-'));
  chmodSync(folder, 0o755);
  [installed, cache] = [join(folder, 'installed'), join(folder, 'cache')];
  mkdirSync(join(installed, 'bin'), { recursive: true });
  writeFileSync(join(installed, 'bin', 'postgres'), '#!/bin/sh\necho original\n', { mode: 0o755 });
  writeFileSync(join(installed, 'library.so'), 'bytes');
  symlinkSync('library.so', join(installed, 'library.so.5'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const copy = (): string => trustedCopy(installed, '18.4.0', cache);
const program = (): string => readFileSync(join(copy(), 'bin', 'postgres'), 'utf8');

test('others may read the copy and not write it, and the next start uses it', () => {
  const target = copy();
  expect(target).toBe(join(cache, 'postgres-18.4.0'));
  expect(statSync(target).mode & 0o777).toBe(0o755);
  const before = statSync(join(target, 'library.so')).ino;
  expect(statSync(join(copy(), 'library.so')).ino).toBe(before);
  expect(readdirSync(cache)).toEqual(['postgres-18.4.0']);
});

const changes: Readonly<Record<string, (target: string) => void>> = {
  'a changed program': (target) => writeFileSync(join(target, 'bin', 'postgres'), '#!/bin/sh\necho strange!\n'),
  'a program that may not be run': (target) => chmodSync(join(target, 'bin', 'postgres'), 0o644),
  'another file': (target) => writeFileSync(join(target, 'bin', 'sh'), ''),
  'a file that is gone': (target) => rmSync(join(target, 'library.so')),
  'a link to elsewhere': (target) => {
    rmSync(join(target, 'library.so.5'));
    symlinkSync('/etc/passwd', join(target, 'library.so.5'));
  },
  'a folder exchanged for a link': (target) => {
    cpSync(join(target, 'bin'), join(folder, 'elsewhere'), { recursive: true });
    rmSync(join(target, 'bin'), { recursive: true });
    symlinkSync(join(folder, 'elsewhere'), join(target, 'bin'));
  },
};

test.each(Object.keys(changes))('%s: the copy is made anew', (change) => {
  changes[change]?.(copy());
  expect(program()).toContain('original');
  expect(readdirSync(join(cache, 'postgres-18.4.0')).toSorted()).toEqual(['bin', 'library.so', 'library.so.5']);
});

describe('what somebody else put there is refused, with the cure, and stays as it is', () => {
  const planted = (): string => join(cache, 'postgres-18.4.0');
  const plant = (): void => {
    mkdirSync(join(planted(), 'bin'), { recursive: true });
    writeFileSync(join(planted(), 'bin', 'postgres'), '#!/bin/sh\necho planted\n', { mode: 0o755 });
  };

  test('a folder that others may write to', () => {
    plant();
    chmodSync(planted(), 0o777);
    expect(copy).toThrow(NotOurs);
    expect(copy).toThrow(/which other accounts may write to: .* Remove it, or set DATABASE_URL/);
  });

  test('a link in the place of the folder', () => {
    mkdirSync(cache, { recursive: true });
    symlinkSync(installed, planted());
    expect(copy).toThrow(/which is no folder/);
  });

  test('a folder above it that others may write to', () => {
    mkdirSync(cache, { recursive: true });
    chmodSync(cache, 0o775);
    expect(copy).toThrow(NotOurs);
  });

  test.skipIf(!isRoot)('a folder of another account, also above it (as root, skipped otherwise)', () => {
    plant();
    chownSync(planted(), STRANGER, STRANGER);
    expect(copy).toThrow(/which belongs to another account/);
    chownSync(planted(), 0, 0);
    chownSync(cache, STRANGER, STRANGER);
    expect(copy).toThrow(/which belongs to another account/);
    expect(readFileSync(join(planted(), 'bin', 'postgres'), 'utf8')).toContain('planted');
  });
});

test('a folder of the name that versions before used in the temporary folder is not run', () => {
  const { version } = JSON.parse(
    readFileSync(join(findPostgresBinaries(null).postgres, '..', '..', '..', 'package.json'), 'utf8'),
  ) as { version: string };
  const planted = join(tmpdir(), `weir-postgres-${version}`);
  const wasThere = existsSync(planted);
  mkdirSync(join(planted, 'bin'), { recursive: true });
  try {
    if (!wasThere)
      for (const name of ['postgres', 'initdb'])
        writeFileSync(join(planted, 'bin', name), `#!/bin/sh\ntouch ${folder}/was-run\n`, { mode: 0o755 });
    chmodSync(folder, 0o777);
    const { postgres, initdb } = findPostgresBinaries(accountForPostgres());
    expect([postgres, initdb].filter((path) => path.startsWith(tmpdir()))).toEqual([]);
    expect(existsSync(join(folder, 'was-run'))).toBe(false);
  } finally {
    if (!wasThere) rmSync(planted, { recursive: true });
  }
});
