import type { ChildProcess } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { createBackOff, type BackOff, type Logger } from '@weir/postgres';

/** The server ends again and again, and not for want of space. The message has where its log is. */
export class PostgresGivenUp extends Error {
  override readonly name = 'PostgresGivenUp';
}

export interface Supervision {
  readonly logger: Logger;
  /** Told once, when the server is not started any more. */
  readonly onGivenUp: (fault: PostgresGivenUp) => void;
}

export interface SupervisedServer {
  /** Starts it once more, on the same cluster and port. */
  readonly launch: () => ChildProcess;
  /** Resolves when the server takes connections; rejects when it ended before. */
  readonly untilReady: (server: ChildProcess) => Promise<void>;
  /** Where its files are, and its log. */
  readonly folder: string;
  readonly log: string;
  /** The pauses; they grow to five seconds unless told. */
  readonly backOff?: BackOff;
}

/** How often in a row it may end before it was ready, for another reason than a full device. */
const MOST_DEATHS = 10;

/** PostgreSQL writes its log in segments of 16 MB, of which recovery needs one at least. */
const SPACE_NEEDED = 32 * 1024 * 1024;

/**
 * Starts a server that ended by itself again, with pauses that grow to five seconds, until `signal` aborts. For want of
 * space it tries without end, since space comes back; what ends ten times in a row otherwise is given up and told.
 * Invariant: at most one server runs, and `running` is it.
 */
export const supervisePostgres = (
  first: ChildProcess,
  { launch, untilReady, folder, log, backOff = createBackOff() }: SupervisedServer,
  { logger, onGivenUp }: Supervision,
  signal: AbortSignal,
): { readonly running: () => ChildProcess } => {
  let server = first;
  const live = async (): Promise<void> => {
    let deaths = 0;
    for (;;) {
      await ended(server);
      if (signal.aborted) return;
      const isFull = hasNoSpace(folder);
      deaths = isFull ? 0 : deaths + 1;
      if (deaths > MOST_DEATHS) {
        onGivenUp(
          new PostgresGivenUp(
            `The embedded PostgreSQL ended ${MOST_DEATHS} times in a row (${how(server)}) and is not started again. Its log is ${log}.`,
          ),
        );
        return;
      }
      tell(logger, server, { folder, log, isFull });
      await backOff.pause(undefined, signal);
      if (signal.aborted) return;
      const since = performance.now();
      server = launch();
      const isUp = await untilReady(server).then(
        () => true,
        () => false,
      );
      if (!isUp) continue;
      deaths = 0;
      backOff.reset();
      logger.info({ pid: server.pid, afterMs: Math.round(performance.now() - since) }, 'PostgreSQL runs again');
    }
  };
  live().catch((cause: unknown) => {
    onGivenUp(new PostgresGivenUp(`The embedded PostgreSQL cannot be started again. Its log is ${log}.`, { cause }));
  });
  return { running: () => server };
};

const ended = (server: ChildProcess): Promise<void> =>
  server.exitCode !== null || server.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => server.once('exit', () => resolve()));

const how = ({ exitCode, signalCode }: ChildProcess): string =>
  signalCode === null ? `exit code ${exitCode ?? 'unknown'}` : `by ${signalCode}`;

const hasNoSpace = (folder: string): boolean => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < SPACE_NEEDED;
};

const tell = (
  logger: Logger,
  server: ChildProcess,
  { folder, log, isFull }: { readonly folder: string; readonly log: string; readonly isFull: boolean },
): void =>
  logger.error(
    { ended: how(server), log },
    isFull
      ? `No space left on the device of ${folder}, and PostgreSQL ended: free some; it is tried again every 5 s`
      : 'PostgreSQL ended by itself and is started again',
  );
