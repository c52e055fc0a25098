import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openCpuMeter } from '../../measure/cpu-meter.ts';
import type { Flow } from '../../system/flow.ts';
import { watchedProcesses } from '../../system/watched-processes.ts';

/** Milliseconds of CPU a second that each process uses while nothing happens: at low speeds it is part of the cost of an event. */
export const idleCpu = async (
  flow: Flow,
  judge: pg.Client,
  seconds: number,
): Promise<Readonly<Record<string, number>>> => {
  const meter = await openCpuMeter(watchedProcesses(flow, judge));
  await sleep(seconds * 1000);
  const usage = await meter.stop();
  return Object.fromEntries(
    Object.entries(usage)
      .filter(([, micros]) => micros > 0)
      .map(([name, micros]) => [name, Math.round(micros / 1000 / seconds)]),
  );
};
