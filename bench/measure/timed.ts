import { processTime, processWithChildren } from './process-times.ts';
import type { Turn } from './take-turns.ts';

/** Other processes that take part in what is measured. */
export interface Servers {
  /** Their CPU time is the operation's cost. */
  readonly processIds: readonly number[];
  /** Whether this process does the work, or is only the client that asks for it. */
  readonly here: 'work' | 'client';
  /** A PostgreSQL whose processes take part as well. */
  readonly postgres?: number;
}

/** Runs `operations` operations and tells how fast they were and what they cost. */
export const timed = async (operations: number, { processIds, here, postgres }: Servers, run: () => Promise<void>): Promise<Turn> => {
  const servers = (): number => [...processIds.map(processTime), ...(postgres === undefined ? [] : processWithChildren(postgres))].reduce((sum, time) => sum + (time?.own ?? 0), 0);
  const [before, own, start] = [servers(), process.cpuUsage(), performance.now()];
  await run();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(own);
  const served = servers() - before;
  const each = (micros: number): number => micros / operations;
  return here === 'work' ? { perSecond: operations / seconds, cpuMicros: each(served + user + system) } : { perSecond: operations / seconds, cpuMicros: each(served), clientCpuMicros: each(user + system) };
};
