import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choosePostgresFolder, postgresFolderOf } from './postgres-folder.js';

const account = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

// Its mode is 0700, as that of root's home.
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weir-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('an account that PostgreSQL runs under by itself works in the data folder', () => {
  const data = join(home, 'data');
  expect(choosePostgresFolder(data, null)).toBe(data);
  expect(postgresFolderOf(data)).toBe(data);
});

test.skipIf(!isRoot)(
  'another account is given the data folder when it may enter there (as root, skipped otherwise)',
  () => {
    spawnSync('chmod', ['755', home]);
    const data = join(home, 'data');
    expect(choosePostgresFolder(data, account)).toBe(data);
    expect(statSync(data).uid).toBe(account.uid);
  },
);

test.skipIf(!isRoot)(
  'below a private folder it works elsewhere, the data folder says where, and its rights stay (as root, skipped otherwise)',
  () => {
    const state = mkdtempSync(join(tmpdir(), 'weir-state-'));
    try {
      const data = join(home, 'clone', '.weir');
      const folder = choosePostgresFolder(data, account, state);
      expect(folder.startsWith(state)).toBe(true);
      expect(statSync(folder)).toMatchObject({ uid: account.uid });
      expect(statSync(data).uid).toBe(0);
      expect(choosePostgresFolder(data, account, state), 'the next start').toBe(folder);
      expect(postgresFolderOf(data)).toBe(folder);
      rmSync(data, { recursive: true });
      expect(choosePostgresFolder(data, account, state), 'a new data folder of the same name').not.toBe(folder);
      expect(readdirSync(state)).toHaveLength(2);
    } finally {
      rmSync(state, { recursive: true });
    }
  },
);

test.skipIf(!isRoot)(
  'when that is gone, or cannot be created, the message says what to do (as root, skipped otherwise)',
  () => {
    const state = join(home, 'state');
    const data = join(home, 'data');
    rmSync(choosePostgresFolder(data, account, state), { recursive: true });
    expect(() => choosePostgresFolder(data, account, state)).toThrow(/which is gone\. Put it back, or remove/);
    mkdirSync(join(home, 'other'));
    expect(() => choosePostgresFolder(join(home, 'other'), account, '/dev/null/weir')).toThrow(
      /--data, or set DATABASE_URL/,
    );
    expect(existsSync(join(home, 'other', 'postgres-folder'))).toBe(false);
  },
);
