import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cleanup } from './cleanup.ts';

const tool = fileURLToPath(new URL('../../tools/kafka/kafka.js', import.meta.url));

/** One real broker of our own. */
export interface Broker {
  readonly bootstrap: readonly string[];
  readonly processId: number;
}

/** The command, and its output once it has ended well. Ended early by a signal it ends the brokers that it started. */
const run = (...args: readonly string[]) => {
  const ended = Promise.withResolvers<string>();
  const child = execFile(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', tool, ...args],
    { encoding: 'utf8' },
    (fault, stdout) => (fault ? ended.reject(fault) : ended.resolve(stdout)),
  );
  return { child, ended: ended.promise };
};

/** The cleanup knows it before it is up: whatever interrupts the start, no broker stays. */
export const startBroker = async (folder: string, cleanup: Cleanup): Promise<Broker> => {
  const data = join(folder, 'kafka');
  const up = run('up', '--data', data, '--json');
  cleanup.add(async () => {
    up.child.kill('SIGTERM');
    await up.ended.catch(() => undefined);
    await run('down', '--data', data).ended;
  });
  const { bootstrap, brokers } = JSON.parse(await up.ended) as {
    readonly bootstrap: readonly string[];
    readonly brokers: readonly { readonly pid: number }[];
  };
  return { bootstrap, processId: brokers[0]?.pid ?? -1 };
};
