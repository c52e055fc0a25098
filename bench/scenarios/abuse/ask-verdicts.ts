import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHistogram, type Histogram } from '../../measure/histogram.ts';

export interface VerdictLoad {
  readonly url: string;
  readonly key: string;
  readonly purls: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Verdicts {
  /** From the moment when each was meant to be asked. */
  readonly latencies: Histogram;
  /** Answers that were not 200. */
  readonly refused: number;
}

const TICK_MS = 1;
const CONNECTIONS = 32;

/** Asks for verdicts in open loop: each at its time, whether those before are answered or not. */
export const askVerdicts = async ({ url, key, purls, perSecond, seconds }: VerdictLoad): Promise<Verdicts> => {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies = createHistogram();
  let refused = 0;
  const ask = (index: number, intended: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const path = `/v1/verdict?purl=${encodeURIComponent(purls[index % purls.length] ?? '')}`;
      const headers = { authorization: `Bearer ${key}` };
      request(new URL(path, url), { agent, headers }, (response) => {
        response
          .resume()
          .on('error', reject)
          .on('end', () => {
            latencies.add(performance.now() - intended);
            if (response.statusCode !== 200) refused += 1;
            resolve();
          });
      })
        .on('error', reject)
        .end();
    });
  const asked: Promise<void>[] = [];
  const begin = performance.now() + 20;
  const timeOf = (index: number): number => begin + (index * 1000) / perSecond;
  for (let next = 0; next < perSecond * seconds;) {
    for (; next < perSecond * seconds && timeOf(next) <= performance.now(); next += 1)
      asked.push(ask(next, timeOf(next)));
    await sleep(TICK_MS);
  }
  await Promise.all(asked);
  agent.destroy();
  return { latencies, refused };
};
