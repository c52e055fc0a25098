import { processTime, processWithChildren } from './process-times.ts';

/** A process whose CPU time is told, or one whose children are told apart by `labels`. */
export interface Watched {
  readonly name: string;
  readonly processId: number;
  readonly children?: { readonly labels: () => Promise<ReadonlyMap<number, string>> };
}

export interface CpuMeter {
  /** Microseconds of CPU since the meter was opened, by name. */
  stop(): Promise<Readonly<Record<string, number>>>;
}

/** Often enough that little is lost of a child that ends: what it used after the last look. */
const EVERY_MS = 500;

/** Counts the CPU time of other processes from now on; all zero where there is no /proc. */
export const openCpuMeter = async (watched: readonly Watched[]): Promise<CpuMeter> => {
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  const names = new Map<number, string>();
  const look = async (isFirst: boolean): Promise<void> => {
    for (const { name, processId, children } of watched) {
      const labels = (await children?.labels()) ?? new Map<number, string>();
      const times = children
        ? processWithChildren(processId)
        : [processTime(processId)].filter((time) => time !== null);
      for (const { pid, own } of times) {
        if (!first.has(pid)) first.set(pid, isFirst ? own : 0);
        last.set(pid, own);
        const label = labels.get(pid);
        if (pid === processId) names.set(pid, name);
        else if (label !== undefined || !names.has(pid)) names.set(pid, `${name}: ${label ?? 'other'}`);
      }
    }
  };
  await look(true);
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(() => look(false));
    // A look that fails is told by stop().
    looking.catch(() => undefined);
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      await look(false);
      const usage: Record<string, number> = {};
      for (const [pid, micros] of last)
        usage[names.get(pid) ?? '?'] = (usage[names.get(pid) ?? '?'] ?? 0) + micros - (first.get(pid) ?? 0);
      return usage;
    },
  };
};
