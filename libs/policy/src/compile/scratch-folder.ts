import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { clearedAtEnd } from '@weir/postgres';

/** Runs `use` in a fresh folder holding the given files (relative path to text) and removes it afterwards. */
export const inScratchFolder = async <T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-policy-'));
  const keep = clearedAtEnd({ now: () => rmSync(folder, { recursive: true, force: true }) });
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    keep();
  }
};
