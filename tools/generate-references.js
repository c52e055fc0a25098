// Writes docs/reference from the sources; with --check writes nothing and fails when a file would change.
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

const isCheck = process.argv.includes('--check');
const stale = [];

// The chart carries copies of what the others write.
const COPIES = 'tools/references/chart-files.js';
const modules = [
  ...globSync('tools/references/*.js')
    .sort()
    .filter((module) => module !== COPIES),
  COPIES,
];

for (const module of modules) {
  const { references } = await import(pathToFileURL(module).href);
  for (const { path, text } of await references()) {
    const present = readIfThere(path);
    if (present === text) continue;
    stale.push(path);
    if (isCheck) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

if (isCheck && stale.length > 0) {
  console.error(`Not what the sources give: ${stale.join(', ')}. Run npm run references and commit the result.`);
  process.exitCode = 1;
} else console.log(isCheck ? 'The references are up to date.' : `Wrote ${stale.length} files.`);

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
