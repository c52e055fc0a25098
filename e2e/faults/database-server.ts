import { setTimeout as sleep } from 'node:timers/promises';
import type * as Embedded from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';
import { asking } from './ask-database.ts';

// The built program: Node reads the files of this folder as they are, but not those that name their neighbours as .js.
const built = new URL('../../apps/weir/dist/embedded-postgres/start-embedded-postgres.js', import.meta.url).href;
const { startEmbeddedPostgres } = (await import(built)) as typeof Embedded;

/** A real PostgreSQL, with fsync, that may be killed and comes back at the same address. */
export interface DatabaseServer {
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  /** kill -9 of the whole server, or of the process behind one connection; tells which. */
  kill(draw: number): Promise<'server' | 'connection'>;
  /** Starts what was killed; resolves when it answers. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

const SHARE_OF_WHOLE_SERVER = 0.5;
const START_ATTEMPTS = 20;
const ANSWERS_WITHIN_MS = 120_000;

export const startDatabaseServer = async (folder: string): Promise<DatabaseServer> => {
  let server = await startEmbeddedPostgres(folder);
  const { ownerUrl, serviceUrl } = server;
  const port = Number(new URL(ownerUrl).port);
  let isDown = false;
  return {
    ownerUrl,
    serviceUrl,
    kill: async (draw) => {
      const backend = draw < SHARE_OF_WHOLE_SERVER ? null : await busiestBackend(ownerUrl);
      isDown = backend === null;
      process.kill(backend ?? server.processId, 'SIGKILL');
      return isDown ? 'server' : 'connection';
    },
    restore: async () => {
      for (let attempt = 1; isDown; attempt += 1) {
        try {
          server = await startEmbeddedPostgres(folder, { port });
          isDown = false;
        } catch (fault) {
          // The processes of the killed server may take a moment to notice and hold its memory until then.
          if (attempt === START_ATTEMPTS) throw fault;
          await sleep(250);
        }
      }
      await untilAnswers(ownerUrl);
    },
    stop: () => server.stop(),
  };
};

/** The process behind a service's connection, one in the middle of a transaction if there is any. */
const busiestBackend = async (url: string): Promise<number | null> =>
  asking(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE usename = 'weir_service' ORDER BY (xact_start IS NOT NULL) DESC, (state = 'active') DESC, state_change DESC LIMIT 1`,
    );
    return rows[0]?.pid ?? null;
  });

const untilAnswers = async (url: string): Promise<void> => {
  for (const until = Date.now() + ANSWERS_WITHIN_MS; Date.now() < until;) {
    await sleep(50);
    const answered = await asking(url, (client) => client.query('SELECT 1')).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
  throw new Error(`PostgreSQL did not answer within ${ANSWERS_WITHIN_MS / 1000} s.`);
};
