import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills a process that does not listen and all that it started. It is stopped first, so that it starts no more. Whose
 * parent alone was killed would keep the memory that they share, and PostgreSQL does not start again beside it.
 */
export const killWithChildren = (pid: number): void => {
  send(pid, 'SIGSTOP');
  const children = childrenOf(pid);
  for (const one of [pid, ...children]) send(one, 'SIGKILL');
};

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
};

/** What a process has started itself. */
export const childrenOf = (pid: number): readonly number[] =>
  parents()
    .filter(({ parent }) => parent === pid)
    .map(({ child }) => child);

const parents = (): readonly { readonly child: number; readonly parent: number }[] => {
  if (process.platform === 'linux')
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? parentIn(Number(name)) : []));
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return child !== undefined && parent !== undefined ? [{ child, parent }] : [];
  });
};

const parentIn = (child: number) => {
  try {
    const stat = readFileSync(`/proc/${child}/stat`, 'utf8');
    return [{ child, parent: Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]) }];
  } catch {
    return [];
  }
};
