import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { vi } from 'vitest';
import { startEmbeddedPostgres } from '../../apps/weir/src/embedded-postgres/start-embedded-postgres.js';

/** A PostgreSQL of its own in which one transaction can be kept committing for as long as a test likes. */
export interface SlowCommits {
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  /** Begins to commit a transaction that wrote and that notified `channel`; resolves when it waits to become durable. */
  begin(channel: string): Promise<SlowCommit>;
  /** The services' login when every commit that must be durable takes for ever. */
  readonly slowServiceUrl: string;
  /** Whether `work` waits until something is durable; what it waits for is durable then. */
  waitsForDisk(work: Promise<unknown>): Promise<boolean>;
  stop(): Promise<void>;
}

export interface SlowCommit {
  end(): Promise<void>;
}

/**
 * A commit that waits for a replica which never comes holds what a commit holds that waits for its disk. Everybody else
 * waits for their own disk only.
 */
export const startSlowCommits = async (): Promise<SlowCommits> => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-slow-commit-'));
  chmodSync(folder, 0o755);
  const postgres = await startEmbeddedPostgres(folder);
  const owner = await connectTo(postgres.ownerUrl);
  await owner.query('CREATE TABLE slow (id integer)');
  await owner.query('ALTER ROLE weir_service SET synchronous_commit = local');
  await owner.query('ALTER ROLE weir_owner SET synchronous_commit = local');
  await owner.query(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
  await owner.query('SELECT pg_reload_conf()');
  await owner.end();
  return {
    ownerUrl: postgres.ownerUrl,
    serviceUrl: postgres.serviceUrl,
    begin: (channel) => beginToCommit(postgres.ownerUrl, channel),
    slowServiceUrl: `${postgres.serviceUrl}?options=-c%20synchronous_commit%3Don`,
    waitsForDisk: (work) => waitsForDisk(postgres.ownerUrl, work),
    stop: async () => {
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const beginToCommit = async (ownerUrl: string, channel: string): Promise<SlowCommit> => {
  const [slow, observer] = [await connectTo(ownerUrl), await connectTo(ownerUrl)];
  await slow.query('SET synchronous_commit = on');
  await slow.query('BEGIN');
  await slow.query('INSERT INTO slow VALUES (1)');
  await slow.query(`NOTIFY ${channel}, 'slow'`);
  const committed = slow.query('COMMIT').catch(() => undefined);
  await vi.waitFor(async () => {
    if ((await observer.query(WAITING)).rowCount !== 1) throw new Error('The commit does not wait yet.');
  }, 10_000);
  return {
    end: async () => {
      await observer.query(END_WAITING);
      await committed;
      await Promise.all([slow.end(), observer.end()]);
    },
  };
};

const WAITING = `SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep'`;
const END_WAITING = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`;

const waitsForDisk = async (ownerUrl: string, work: Promise<unknown>): Promise<boolean> => {
  const observer = await connectTo(ownerUrl);
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  over.catch(() => undefined);
  let waited = false;
  while (!isOver) {
    if ((await observer.query(END_WAITING)).rowCount !== 0) waited = true;
    await Promise.race([over, sleep(20)]);
  }
  await observer.end();
  await over;
  return waited;
};

const connectTo = async (connectionString: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined); // What was lost is told by the next query.
  await client.connect();
  return client;
};
