// What npm runs: builds, then is the command itself. In one process, so that a signal for npm reaches it and no shell between.
await import('./build.js');
process.argv.splice(1, 1, new URL('../apps/weir/dist/main.js', import.meta.url).pathname);
await import('../apps/weir/dist/main.js');
