import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Cleanup } from '../../system/cleanup.ts';

const program = fileURLToPath(new URL('../../../apps/weir/dist/main.js', import.meta.url));

export interface AbusedWeir {
  readonly url: string;
  readonly key: string;
  readonly processId: number;
  readonly purls: readonly string[];
}

const KEY = 'the-key-of-the-benchmark';
const READY_WITHIN_MS = 120_000;
const BATCH = 200;

/** All services in one process, as `npm start` runs them, with a key and so many packages that were judged. */
export const startAbusedWeir = async (folder: string, packages: number, cleanup: Cleanup): Promise<AbusedWeir> => {
  const child = spawn(process.execPath, [program, 'up', '--json', '--port', '0', '--data', join(folder, 'data')], {
    env: { ...process.env, API_KEYS: KEY, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  cleanup.add(async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(30_000, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.includes('\n')) resolve((JSON.parse(text) as { url: string }).url);
    });
    void ended.then(() => {
      reject(new Error('weir up ended before it was ready'));
    });
  });
  const purls = await publish(url, packages);
  await judged(url, packages);
  return { url, key: KEY, processId: child.pid ?? -1, purls };
};

const headers = { authorization: `Bearer ${KEY}` };

const publish = async (url: string, packages: number): Promise<readonly string[]> => {
  const purls = Array.from({ length: packages }, (_, index) => `pkg:npm/abused-${index}@1.0.${index % 10}`);
  for (let start = 0; start < packages; start += BATCH) {
    const events = purls.slice(start, start + BATCH).map((purl, index) => ({
      specversion: '1.0',
      id: `abused-${start + index}`,
      source: '/bench',
      type: 'dev.weir.package.published.v1',
      data: { repository: { name: 'npm', environment: 'production' }, purl, license: 'MIT' },
    }));
    const response = await fetch(new URL('/v1/events', url), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
    });
    if (response.status !== 202) throw new Error(`Events were answered ${response.status}: ${await response.text()}`);
  }
  return purls;
};

const judged = async (url: string, packages: number): Promise<void> => {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until;) {
    const response = await fetch(new URL('/v1/summary', url), { headers });
    const summary = (await response.json()) as { readonly packages?: { readonly total: number } };
    if (summary.packages?.total === packages) return;
    await sleep(250);
  }
  throw new Error(`Not all of ${packages} packages were judged within ${READY_WITHIN_MS / 1000} s`);
};
