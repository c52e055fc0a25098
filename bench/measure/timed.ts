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
export const timed = async (
  operations: number,
  { processIds, here, postgres }: Servers,
  run: () => Promise<void>,
): Promise<Turn> => {
  const servers = (): number =>
    sumOf(processIds.map((pid) => processTime(pid)?.own ?? 0)) + (postgres === undefined ? 0 : microsOfTree(postgres));
  const [before, own, start] = [servers(), process.cpuUsage(), performance.now()];
  await run();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(own);
  const served = servers() - before;
  const each = (micros: number): number => micros / operations;
  return here === 'work'
    ? { perSecond: operations / seconds, cpuMicros: each(served + user + system) }
    : { perSecond: operations / seconds, cpuMicros: each(served), clientCpuMicros: each(user + system) };
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Children that have ended count with their parent: a connection that was closed meanwhile, a worker of autovacuum. */
const microsOfTree = (pid: number): number => sumOf(processWithChildren(pid).map(({ own, reaped }) => own + reaped));
