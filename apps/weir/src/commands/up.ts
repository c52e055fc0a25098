import { createLogger, runUntilSignal } from '@weir/telemetry';
import { startWeir } from '../compose/start-weir.js';
import type { Output } from './output.js';

export interface UpOptions {
  readonly port: number;
  readonly data: string;
  readonly json: boolean;
}

/** Runs the whole system until it is told to stop. */
export const up = async (options: UpOptions, output: Output): Promise<void> => {
  const logger = createLogger('weir');
  const started = Date.now();
  const weir = await startWeir({
    dataDirectory: options.data,
    port: options.port,
    clock: () => new Date(),
    logger,
    env: process.env,
    onProgress: (line) => output.stderr(line),
  });
  if (options.json) output.stdout(JSON.stringify({ url: weir.url, data: weir.dataDirectory, database: weir.database, startedInMs: Date.now() - started }));
  else output.stdout(welcome(weir.url, weir.dataDirectory));
  await runUntilSignal(weir, logger);
};

const welcome = (url: string, data: string): string => `
Weir is running.

  console   ${url}/
  API       ${url}/docs
  data      ${data}

Send a first event:

  curl ${url}/v1/events -H 'content-type: application/cloudevents+json' -d '{
    "specversion": "1.0", "id": "first-1", "source": "/example", "type": "dev.weir.package.published.v1",
    "data": { "repository": { "name": "npm-dev" }, "purl": "pkg:npm/lodash@4.17.20" } }'

and ask what became of it:

  curl '${url}/v1/verdict?purl=pkg:npm/lodash@4.17.20&repository=npm-dev'

Ctrl-C stops it; the next start goes on with the same data.
`;
