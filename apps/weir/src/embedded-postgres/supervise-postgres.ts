import type { ChildProcess } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { createBackOff, type BackOff, type Logger } from '@weir/postgres';
import { killWithChildren } from './kill-with-children.js';
import { PATIENCE, untilSilent, type Patience } from './until-silent.js';

/** The server ends again and again, and not for want of space. The message has where its log is. */
export class PostgresGivenUp extends Error {
  override readonly name = 'PostgresGivenUp';
}

export interface Supervision {
  readonly logger: Logger;
  /** Told once, when the server is not started any more. */
  readonly onGivenUp: (fault: PostgresGivenUp) => void;
  /** Aborts when the process is to end: a server that says nothing is then not waited for, and not started again. */
  readonly ending?: AbortSignal;
  /** How long it may say nothing; half a minute unless told. */
  readonly patience?: Patience;
}

export interface SupervisedServer {
  /** Starts it once more, on the same cluster and port. */
  readonly launch: () => ChildProcess;
  /** Resolves when the server takes connections; rejects when it ended before. */
  readonly untilReady: (server: ChildProcess) => Promise<void>;
  /** Asks it anything. */
  readonly ask: () => Promise<unknown>;
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
 * Starts a server that ended by itself, or was ended because it said nothing any more, again, with pauses that grow to five seconds, until `signal` aborts. For want of
 * space it tries without end, since space comes back; what ends ten times in a row otherwise is given up and told.
 * Invariant: at most one server runs, and `running` is it.
 */
export const supervisePostgres = (
  first: ChildProcess,
  { launch, untilReady, ask, folder, log, backOff = createBackOff() }: SupervisedServer,
  { logger, onGivenUp, ending = NEVER, patience = PATIENCE }: Supervision,
  signal: AbortSignal,
): { readonly running: () => ChildProcess } => {
  let server = first;
  const live = async (): Promise<void> => {
    let deaths = 0;
    for (;;) {
      const hung = await endOrSilence(server, { ask, patience, logger, ending });
      if (signal.aborted || (hung && ending.aborted)) return;
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
      tell(logger, server, { folder, log, isFull, hung });
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

const NEVER = new AbortController().signal;

/** Resolves when the server has ended, to whether that was because it said nothing any more and was ended. */
const endOrSilence = async (
  server: ChildProcess,
  { ask, patience, logger, ending }: Required<Pick<Supervision, 'patience' | 'logger' | 'ending'>> & Asking,
): Promise<boolean> => {
  const over = new AbortController();
  const onFirstSilence = (millis: number): void =>
    logger.warn({ pid: server.pid }, `PostgreSQL has not answered for ${millis / 1000} s`);
  const watched = untilSilent({ ask, patience, over: over.signal, hurry: ending, onFirstSilence }).then((isSilent) => {
    if (!isSilent || server.pid === undefined) return false;
    logger.error({ pid: server.pid }, 'PostgreSQL runs and does not answer: it is ended');
    killWithChildren(server.pid);
    return true;
  });
  await ended(server);
  over.abort();
  return watched;
};

type Asking = Pick<SupervisedServer, 'ask'>;

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

interface Death extends Pick<SupervisedServer, 'folder' | 'log'> {
  readonly isFull: boolean;
  /** It was ended because it said nothing. */
  readonly hung: boolean;
}

const tell = (logger: Logger, server: ChildProcess, { folder, log, isFull, hung }: Death): void =>
  logger.error(
    { ended: how(server), log },
    isFull
      ? `No space left on the device of ${folder}, and PostgreSQL ended: free some; it is tried again every 5 s`
      : `PostgreSQL ${hung ? 'was ended' : 'ended by itself'} and is started again`,
  );
