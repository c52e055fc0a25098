import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's CPU time in ticks of 10 ms (`getconf CLK_TCK` is 100 on every platform Node runs on). */
const TICK_MICROS = 10_000;

export interface ProcessTime {
  readonly pid: number;
  readonly parent: number;
  /** Microseconds of CPU it used, user and system. */
  readonly own: number;
  /** Microseconds that its children used which have ended and were waited for. */
  readonly reaped: number;
}

/** From /proc/PID/stat (proc_pid_stat(5)); null when there is no such process, or no /proc. */
export const processTime = (pid: number): ProcessTime | null => {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
};

/** The name of a process stands in parentheses and may hold spaces and parentheses itself. */
export const parseStat = (text: string): ProcessTime => {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (index: number): number => fields[index] ?? Number.NaN;
  return {
    pid: Number.parseInt(text, 10),
    parent: at(1),
    own: (at(11) + at(12)) * TICK_MICROS,
    reaped: (at(13) + at(14)) * TICK_MICROS,
  };
};

/** A process and its children. */
export const processWithChildren = (pid: number): readonly ProcessTime[] => {
  const root = processTime(pid);
  if (root === null) return [];
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return [
    root,
    ...pids
      .map(processTime)
      .filter((one) => one?.parent === pid)
      .filter((one) => one !== null),
  ];
};

/** Most memory a process has held so far, in MB; null where /proc does not tell. */
export const peakMegabytes = (pid: number): number | null => {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
};
