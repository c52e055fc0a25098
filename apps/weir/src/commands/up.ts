import { collectLessOften, createLogger, endByFaults, runUntilSignal } from '@weir/service';
import { startWeir, type Weir } from '../compose/start-weir.js';
import { playDemo, storyBegins } from '../demo/play-demo.js';
import { storyClock, type StoryClock } from '../demo/story-clock.js';
import { storyKey, type StoryKey } from '../demo/story-key.js';
import { weirClient } from '../demo/weir-client.js';
import type { Output } from './output.js';

export interface UpOptions {
  readonly port: number;
  readonly data: string;
  /** Play the demo's story first, when the folder is new. */
  readonly demo: boolean;
  /** Kafka brokers, when the topics are not to be kept in PostgreSQL. */
  readonly kafka: string | undefined;
  /** PostgreSQL to use instead of the embedded one. */
  readonly database: string | undefined;
  readonly json: boolean;
}

/** Runs the whole system until it is told to stop. */
export const up = async (options: UpOptions, output: Output): Promise<void> => {
  collectLessOften();
  const logger = createLogger('weir');
  endByFaults(logger);
  const started = Date.now();
  const clock = storyClock();
  const key = storyKey('weir up --demo');
  const onProgress = (line: string): void => output.stderr(line);
  onProgress(`Starting Weir with its data in ${options.data} ...`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort());
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  const starting = startWeir({
    dataDirectory: options.data,
    port: options.port,
    clock: () => clock.now(),
    logger,
    env: environmentOf(options),
    onProgress,
    onLost: lost.reject,
    ...(options.demo && { storyKey: key }),
    ending: stop.signal,
  });
  const ended = runUntilSignal(starting, logger);
  ended.catch(() => undefined);
  try {
    const weir = await starting;
    if (options.demo && !stop.signal.aborted) await playOnce(weir, key, clock, onProgress);
    const startedInMs = Date.now() - started;
    if (!stop.signal.aborted)
      output.stdout(
        options.json
          ? JSON.stringify({ url: weir.url, data: weir.dataDirectory, database: weir.database, startedInMs })
          : welcome(weir),
      );
  } catch (fault) {
    // What fails because it was told to stop is no fault.
    if (!stop.signal.aborted) throw fault;
    return;
  }
  await Promise.race([ended, lost.promise]);
};

/** What is said on the command line goes before the environment. */
const environmentOf = ({ kafka, database }: UpOptions): NodeJS.ProcessEnv => ({
  ...process.env,
  ...(kafka === undefined ? {} : { KAFKA_BROKERS: kafka }),
  ...(database === undefined ? {} : { DATABASE_URL: database }),
});

/** The story needs a system of its own; a second start with --demo finds the first one's data. */
const playOnce = async (
  weir: Weir,
  key: StoryKey,
  clock: StoryClock,
  onProgress: (line: string) => void,
): Promise<void> => {
  try {
    const client = weirClient(weir.url, key.text);
    const [{ policies }, { packages }] = await Promise.all([
      client.get<{ policies: readonly unknown[] }>('/v1/policies?retired=true'),
      client.get<{ packages: readonly unknown[] }>('/v1/packages?limit=1'),
    ]);
    if (policies.length + packages.length > 0) {
      onProgress(`${weir.dataDirectory} has data already, so the demo is not played again.`);
      return;
    }
    clock.jumpTo(storyBegins);
    await playDemo(weir, client, clock, onProgress);
    clock.leave();
  } finally {
    key.forget();
  }
};

const welcome = ({ url, dataDirectory, database }: Weir): string => `
Weir is running.

  console   ${url}/
  API       ${url}/docs
  data      ${dataDirectory}${database === dataDirectory ? '' : `\n  database  ${database}`}

Send a first event:

  curl ${url}/v1/events -H 'content-type: application/cloudevents+json' -d '{
    "specversion": "1.0", "id": "first-1", "source": "/example", "type": "dev.weir.package.published.v1",
    "data": { "repository": { "name": "npm-dev" }, "purl": "pkg:npm/lodash@4.17.20" } }'

and ask what became of it:

  curl '${url}/v1/verdict?purl=pkg:npm/lodash@4.17.20&repository=npm-dev'

Ctrl-C stops it; the next start goes on with the same data.
`;
