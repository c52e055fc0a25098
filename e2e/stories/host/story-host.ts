// The whole of Weir in a process of its own, for stories: its parent sets the clock, asks when all is settled, and
// kills it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Service from '@weir/service';
import type * as Composition from '../../../apps/weir/src/compose/start-weir.ts';
import { repositoryRoot } from '../../harness/weir-process.ts';
import type { FromHost, HostSettings, ToHost } from './host-messages.ts';
import { redirectPolicies } from './redirect-policies.ts';

const settings = JSON.parse(process.env['STORY_HOST'] ?? '{}') as HostSettings;
const tell = (message: FromHost): void => void process.send?.(message);
const built = <T>(...path: string[]): Promise<T> =>
  import(pathToFileURL(join(repositoryRoot, ...path)).href) as Promise<T>;

/** Shows what the parent last told, and runs on from there. */
let base = Date.parse(settings.now);
let since = performance.now();
const clock = (): Date => new Date(base + performance.now() - since);

const answer = async (message: ToHost, weir: Composition.Weir): Promise<void> => {
  switch (message.ask) {
    case 'clock':
      base = Date.parse(message.now);
      since = performance.now();
      return;
    case 'settled':
      await weir.settled();
      return;
    case 'close':
      await weir.close();
      return;
    default: {
      const unknown: never = message;
      throw new Error(`Unknown request ${JSON.stringify(unknown)}`);
    }
  }
};

const describe = (fault: unknown): string => (fault instanceof Error ? (fault.stack ?? fault.message) : String(fault));

const run = async (): Promise<void> => {
  redirectPolicies(repositoryRoot, settings.library);
  const { startWeir } = await built<typeof Composition>('apps', 'weir', 'dist', 'compose', 'start-weir.js');
  const { createLogger } = await built<typeof Service>('libs', 'service', 'dist', 'index.js');
  const { dataDirectory } = settings;
  const weir = await startWeir({ dataDirectory, port: 0, clock, logger: createLogger('weir'), env: process.env });
  process.on('message', (message: ToHost) => {
    answer(message, weir).then(
      () => tell({ told: 'done', id: message.id, fault: null }),
      (fault: unknown) => tell({ told: 'done', id: message.id, fault: describe(fault) }),
    );
  });
  tell({ told: 'ready', url: weir.url });
};

// Ctrl-C reaches the whole terminal group: its parent ends it, and what it left.
process.on('SIGINT', () => undefined);
// Without its parent it has nothing to do; its PostgreSQL ends with it.
process.once('disconnect', () => process.exit());
run().catch((fault: unknown) => {
  tell({ told: 'failed', why: describe(fault) });
  process.exitCode = 1;
  process.disconnect();
});
