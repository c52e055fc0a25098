import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../tools/testing/free-port.js';
import { repositoryRoot } from '../harness/weir-process.js';
import { startProgram, type RunningProgram } from './running-program.js';

/** A series of an instant query: its labels and value. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus extends RunningProgram {
  /** Throws with Prometheus's own words when the expression is wrong. */
  query(expression: string): Promise<readonly Sample[]>;
  get<T>(path: string): Promise<T>;
}

/**
 * A real Prometheus with the configuration and the alerts of `deploy/prometheus`, which scrapes every second. `alerts`:
 * the rules as they are to be, of those that ship.
 */
export const startPrometheus = async (
  targets: string | readonly string[],
  alerts: (text: string) => string = (text) => text,
): Promise<Prometheus> => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-prometheus-'));
  cpSync(join(repositoryRoot, 'deploy', 'prometheus'), folder, { recursive: true });
  writeFileSync(
    join(folder, 'targets', 'weir.yaml'),
    `- targets: ${JSON.stringify([targets].flat().map((target) => new URL(target).host))}\n`,
  );
  const file = join(folder, 'prometheus.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('_interval: 15s', '_interval: 1s'));
  const rules = join(folder, 'alerts.yaml');
  writeFileSync(rules, alerts(readFileSync(rules, 'utf8')));
  const port = await freePort();
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const running = await startProgram('prometheus', args, {}, { port, path: '/-/ready' });
  const get = async <T>(path: string): Promise<T> => {
    const answer = (await (await fetch(`${running.url}${path}`)).json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success')
      throw new Error(`Prometheus refuses ${decodeURIComponent(path)}: ${answer.error ?? ''}`);
    return answer.data;
  };
  return {
    ...running,
    get,
    query: async (expression) => {
      const { result } = await get<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
        `/api/v1/query?query=${encodeURIComponent(expression)}`,
      );
      return result.map(({ metric, value: [, text] }) => ({ metric, value: Number(text) }));
    },
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
