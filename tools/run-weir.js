// What npm runs: builds, then is the command itself. In one process, so that a signal for npm reaches it and no shell between.
import { readFileSync } from 'node:fs';

// Before build.js: it imports what an older Node.js does not have.
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const [oldest, given] = [engines.node.slice(2), process.versions.node].map((version) => version.split('.').map(Number));
if (given[0] < oldest[0] || (given[0] === oldest[0] && given[1] < oldest[1])) {
  console.error(
    `weir: Node.js ${process.versions.node} is too old: Weir needs ${engines.node.slice(2)} or newer. Run it with npm (npm start, npm run weir -- ...), which uses the one that npm ci installed.`,
  );
  process.exit(3);
}
await import('./build.js');
process.argv.splice(1, 1, new URL('../apps/weir/dist/main.js', import.meta.url).pathname);
await import('../apps/weir/dist/main.js');
