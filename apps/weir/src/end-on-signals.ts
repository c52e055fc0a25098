import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { clearAtEnd } from '@weir/postgres';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npm and some shells pass a Ctrl-C on to a process that has got it already; nobody presses that fast. */
const ONE_PRESS_MS = 300;

/**
 * Ends a command by a signal as the shell expects it (128 and the number of the signal), once nothing of it is left: no
 * server, no child, no folder of the moment. A second signal ends it at once; what can be cleared away at once still is.
 */
export const endOnSignals = (): void => {
  let signalledAt: number | null = null;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const code = 128 + constants.signals[signal];
      if (signalledAt === null) {
        signalledAt = performance.now();
        void clearAtEnd().then(() => process.exit(code));
      } else if (performance.now() - signalledAt > ONE_PRESS_MS) process.exit(code);
    });
  }
};

const LOOK_MS = 500;

/**
 * Under npm this process ends with it: npm hands on some signals and not others, and a shell between them none. Whose parent
 * has gone belongs to nobody any more.
 */
export const endWithNpm = (env: NodeJS.ProcessEnv = process.env): void => {
  if (env['npm_lifecycle_event'] === undefined) return;
  const before = ancestors();
  const looking = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(looking); // A second signal would end it without waiting.
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS).unref();
};

/** The parent and, where the system tells it in a file, that of the parent: between npm and us is a shell, which stays when npm has gone. */
const ancestors = (): string => {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[2] ?? ''}`;
  } catch {
    return String(process.ppid);
  }
};
