// Builds every project: TypeScript by references, then the console when its sources are newer than its bundle.
// Prints to stderr only, so that commands with --json keep stdout to themselves.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (args) => {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
};
const newest = (pattern) =>
  Math.max(0, ...globSync(pattern, { cwd: root }).map((file) => statSync(`${root}/${file}`).mtimeMs));

run(['node_modules/typescript7/bin/tsc', '-b']);

const page = `${root}/apps/console/dist/index.html`;
const sources = Math.max(
  newest('apps/console/{src/**/*,index.html,vite.config.ts}'),
  newest('libs/contracts/src/**/*.ts'),
);
if (existsSync(`${root}/apps/console/index.html`) && !(existsSync(page) && statSync(page).mtimeMs >= sources)) {
  run(['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', 'apps/console']);
}
