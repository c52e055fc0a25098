import { Worker } from 'node:worker_threads';
import { quietHeap } from './quiet-heap.js';
import type { WorkerSettings } from '../worker-messages.js';

/** JavaScript heap of a worker; policies live in Wasm memory, only operands of built-ins and answers are out here. */
const heapMegabytes = 256;

/**
 * Sources name their imports `.js`, which plain Node does not find beside a `.ts`. This hook finds it, so that a worker
 * runs from the sources under the test runner as it runs from `dist` in production.
 */
const sourceHook = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      const own = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
      return next(own ? specifier.replace(/\\.js$/, '.ts') : specifier, context);
    },
  });
`;

const fromSources = (): boolean => import.meta.url.endsWith('.ts');

/** Starts a policy worker, from `dist` or from the sources, whichever this file is. */
export const startWorker = (settings: WorkerSettings): Worker => {
  quietHeap();
  return new Worker(
    new URL(fromSources() ? '../worker/policy-worker.ts' : '../worker/policy-worker.js', import.meta.url),
    {
      name: 'policy',
      workerData: settings,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
      execArgv: fromSources() ? ['--import', `data:text/javascript,${encodeURIComponent(sourceHook)}`] : [],
    },
  );
};
