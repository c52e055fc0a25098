// Preloaded into a story's host and, by NODE_OPTIONS, into its policy workers: an engine whose built-in
// strings.any_prefix_match always says no, under a version of its own. The next start without it is the mended engine.
import { registerHooks } from 'node:module';

const patches = [
  [
    '/libs/policy/dist/built-ins/host-built-ins.js',
    (text) => `${text}\nhostBuiltIns['strings.any_prefix_match'] = () => false;\n`,
  ],
  ['/libs/policy/dist/engine/engine-version.js', (text) => text.replace(/host-built-ins\/\d+/, 'host-built-ins/0')],
];

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    const patch = patches.find(([file]) => url.endsWith(file));
    if (!patch) return loaded;
    const text = String(loaded.source);
    const patched = patch[1](text);
    if (patched === text) throw new Error(`${url} has nothing to break: mend e2e/stories/host/break-built-in.js`);
    return { ...loaded, source: patched };
  },
});
