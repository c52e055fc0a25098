import { setTimeout as sleep } from 'node:timers/promises';
import { actionMigrations } from '@weir/action';
import { apiMigrations } from '@weir/api';
import { enrichmentMigrations } from '@weir/enrichment';
import { evaluationMigrations } from '@weir/evaluation';
import { eventStoreMigrations } from '@weir/event-store';
import { messagingMigrations } from '@weir/messaging';
import { connectionStringOf, requireOwnSessions, SERVICE_ROLE } from '@weir/postgres';
import type pg from 'pg';
import { keyMigrations } from '@weir/service';
import { DataSource, MigrationExecutor, type Logger, type MigrationInterface, type QueryRunner } from 'typeorm';

/** Of all services; they are applied in order of time. */
export const allMigrations: readonly (new () => MigrationInterface & { readonly name: string })[] = [
  ...eventStoreMigrations,
  ...messagingMigrations,
  ...keyMigrations,
  ...enrichmentMigrations,
  ...evaluationMigrations,
  ...actionMigrations,
  ...apiMigrations,
];

/** Another session held what a migration needs, for longer than the services should wait behind it. */
export class MigrationWaited extends Error {
  override readonly name = 'MigrationWaited';
}

export interface MigrateOptions {
  /** Most milliseconds that a migration waits for a lock; 5,000 unless told. */
  readonly lockMillis?: number;
  /** Times a migration waits so long before it is given up; 6 unless told. */
  readonly attempts?: number;
  /** Names of those that may be applied, for the schema of an older version; all unless told. */
  readonly only?: readonly string[];
}

const TABLE = 'weir_migration';

const nothing = (): void => undefined;

/** What is printed on stdout belongs to the command; faults are thrown. */
const silent: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

const CONNECT_MILLIS = 10_000;
const LOCK_MILLIS = 5_000;
const ATTEMPTS = 6;
const PAUSE_MS = 1_000;
const TURN_MS = 100;

/**
 * Applies what is missing, in order of time, each migration in a transaction of its own unless it says otherwise; the names of those applied.
 * While a migration waits for a lock, whatever the services ask of that table waits behind it: so it waits shortly, lets
 * them go on, and tries again.
 * @throws SessionsAreShared before anything is done. MigrationWaited with the name of the migration, who is in its way, and the cure.
 */
export const migrate = async (ownerUrl: string, options: MigrateOptions = {}): Promise<readonly string[]> => {
  const { only } = options;
  const migrations = allMigrations.filter((Migration) => only?.includes(new Migration().name) ?? true);
  const source = new DataSource({
    type: 'postgres',
    url: connectionStringOf(ownerUrl),
    applicationName: 'weir migrate',
    connectTimeoutMS: CONNECT_MILLIS,
    extra: { keepAlive: true },
    logger: silent,
    migrations: [...migrations],
    migrationsTableName: TABLE,
  });
  // Whose turn it is, is a lock of the session.
  await requireOwnSessions(ownerUrl);
  await source.initialize();
  try {
    const runner = source.createQueryRunner();
    const applied = await applyPending(source, runner, options);
    // Who starts without the owner's login sees what is missing.
    await runner.query(`GRANT SELECT ON ${TABLE} TO ${SERVICE_ROLE}`);
    return applied;
  } finally {
    await source.destroy();
  }
};

/** The names of those that the database lacks, as far as the session may see: all when it may not. */
export const missingMigrations = async (session: Pick<pg.ClientBase, 'query'>): Promise<readonly string[]> => {
  const names = allMigrations.map((Migration) => new Migration().name);
  const { rows } = await session.query<{ mayRead: boolean | null }>(
    `SELECT has_table_privilege(to_regclass('${TABLE}'), 'SELECT') AS "mayRead"`,
  );
  if (rows[0]?.mayRead !== true) return names;
  const applied = await session.query<{ name: string }>(`SELECT name FROM ${TABLE}`);
  const there = new Set(applied.rows.map(({ name }) => name));
  return names.filter((name) => !there.has(name));
};

const applyPending = async (
  source: DataSource,
  runner: QueryRunner,
  { lockMillis = LOCK_MILLIS, attempts = ATTEMPTS }: MigrateOptions,
): Promise<readonly string[]> => {
  await waitForTurn(runner);
  await runner.query(`SET lock_timeout = ${Math.trunc(lockMillis)}`);
  const executor = new MigrationExecutor(source, runner);
  executor.transaction = 'each';
  const applied: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const pending = (await executor.getPendingMigrations()).map(({ name }) => name);
    try {
      await executor.executePendingMigrations();
      return [...applied, ...pending];
    } catch (fault) {
      if (!isLockTimeout(fault)) throw fault;
      const left = (await executor.getPendingMigrations()).map(({ name }) => name);
      applied.push(...pending.filter((name) => !left.includes(name)));
      const waited = `Migration ${left[0] ?? ''} waited ${lockMillis} ms for a lock that another session holds`;
      if (attempt >= attempts) throw new MigrationWaited(await cure(runner, waited), { cause: fault });
      await sleep(PAUSE_MS);
    }
  }
};

/**
 * One migrates at a time. Asked again and again: a statement that waits has a snapshot, and an index that the other
 * builds beside the services waits for every snapshot, so that the two would wait for each other.
 */
const waitForTurn = async (runner: QueryRunner): Promise<void> => {
  for (;;) {
    const [answer] = (await runner.query('SELECT pg_try_advisory_lock(7305713) AS "isOurs"')) as readonly {
      readonly isOurs: boolean;
    }[];
    if (answer?.isOurs === true) return;
    await sleep(TURN_MS);
  }
};

const LOCK_NOT_AVAILABLE = '55P03';

const isLockTimeout = (fault: unknown): boolean =>
  fault instanceof Error && 'code' in fault && fault.code === LOCK_NOT_AVAILABLE;

const OLDEST = `
  SELECT pid, coalesce(nullif(application_name, ''), 'no name') AS name, state, round(extract(epoch FROM now() - xact_start))::int AS seconds
    FROM pg_stat_activity
   WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'
   ORDER BY xact_start LIMIT 3`;

interface Session {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  readonly seconds: number;
}

const cure = async (runner: QueryRunner, waited: string): Promise<string> => {
  const sessions = ((await runner.query(OLDEST)) as readonly Session[]).map(
    ({ pid, name, state, seconds }) => `${pid} (${name}, ${state}, for ${seconds} s)`,
  );
  const inTheWay = sessions.length > 0 ? ` The oldest transactions are of ${sessions.join(', ')}.` : '';
  return `${waited}, and was given up; nothing of it was kept.${inTheWay} Wait for them or end them, and run weir migrate again.`;
};
