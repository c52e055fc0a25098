import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const tool = fileURLToPath(new URL('../../tools/kafka/kafka.js', import.meta.url));

/** One real broker of our own. */
export interface Broker {
  readonly bootstrap: readonly string[];
  readonly processId: number;
  stop(): Promise<void>;
}

const run = async (...args: readonly string[]): Promise<string> => (await promisify(execFile)(process.execPath, ['--disable-warning=TimeoutNegativeWarning', tool, ...args], { encoding: 'utf8' })).stdout;

export const startBroker = async (folder: string): Promise<Broker> => {
  const data = join(folder, 'kafka');
  const { bootstrap, brokers } = JSON.parse(await run('up', '--data', data, '--json')) as { readonly bootstrap: readonly string[]; readonly brokers: readonly { readonly pid: number }[] };
  return { bootstrap, processId: brokers[0]?.pid ?? -1, stop: () => run('down', '--data', data).then(() => undefined) };
};
