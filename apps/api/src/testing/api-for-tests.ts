import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventCatalog } from '@weir/domain';
import { eventStoreMigrations, openEventStore, type EventStore } from '@weir/event-store';
import { messagingMigrations, openEmbeddedTopics, type Topics } from '@weir/messaging';
import { OpaUnavailable, type OpaCompiler } from '@weir/policy';
import {
  createLogger,
  keyMigrations,
  listsOf,
  type Composed,
  type GuestLimits,
  type Lists,
  type ProcessPorts,
} from '@weir/service';
import type pg from 'pg';
import { migrateTestDatabase } from '../../../../tools/testing/migrate-test-database.js';
import { createTestDatabase, type TestDatabase } from '../../../../tools/testing/test-database.js';
import { openTestPool } from '../../../../tools/testing/test-pool.js';
import { startTestService } from '../../../../tools/testing/start-service.js';
import { apiMigrations } from '../api-migrations.js';
import { ApiModule } from '../api.module.js';
import type { ApiPorts } from '../api-ports.js';
import { libraryForTests } from './library-for-tests.js';

/** A database with the log and the read models. */
export interface ApiDatabase {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: Topics;
  drop(): Promise<void>;
}

export const createApiDatabase = async (): Promise<ApiDatabase> => {
  const database: TestDatabase = await createTestDatabase();
  await migrateTestDatabase(database, [
    ...eventStoreMigrations,
    ...messagingMigrations,
    ...keyMigrations,
    ...apiMigrations,
  ]);
  const pool = openTestPool(database.serviceUrl);
  const topics = await openEmbeddedTopics({
    databaseUrl: database.serviceUrl,
    partitions: PARTITIONS,
    logger: silentLogger,
  });
  return {
    databaseUrl: database.serviceUrl,
    pool,
    store: openEventStore(pool, eventCatalog),
    topics,
    drop: async () => {
      await topics.close();
      await pool.end();
      await database.drop();
    },
  };
};

export interface TestApi {
  readonly app: NestFastifyApplication;
  readonly url: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** What came back; `body` is left open, since every test says what it expects there. */
export interface Answer {
  readonly status: number;
  /** Content type without its parameters. */
  readonly type: string;
  readonly headers: Headers;
  readonly body: never;
}

export const withoutCompiler = async (): Promise<OpaCompiler> => {
  throw new OpaUnavailable('Install OPA 1.22.2 and put it on PATH.');
};

const PARTITIONS = 2;
const silentLogger = createLogger('topics').child({}, { level: 'silent' });

interface TestApiOptions extends Partial<Pick<ApiPorts, 'findCompiler' | 'library' | 'clock'>> {
  readonly keys?: readonly string[];
  readonly heartbeatMillis?: number;
  readonly compilerWaitMillis?: number;
  readonly decisionViewDays?: number;
  readonly effectDays?: number;
  readonly lists?: Lists;
  readonly streamStore?: ApiPorts['streamStore'];
  readonly streams?: GuestLimits;
}

/** The API on a port of its own, with HTTP and PostgreSQL as they are in production. */
export const startApi = async (
  { pool, store, topics }: ApiDatabase,
  options: TestApiOptions = {},
): Promise<TestApi> => {
  const compose = (ports: ProcessPorts): Composed => ({
    module: ApiModule.forRoot({
      ...ports,
      pool,
      topics,
      verdicts: pool,
      lists: options.lists ?? listsOf(pool),
      eventStore: store,
      streams: pool,
      streamStore: options.streamStore ?? store,
      findCompiler: options.findCompiler ?? withoutCompiler,
      library: options.library === undefined ? libraryForTests : options.library,
      config: {
        COMPILER_WAIT_MS: options.compilerWaitMillis ?? 60_000,
        STREAM_HEARTBEAT_MS: options.heartbeatMillis ?? 15_000,
        STREAMS: options.streams?.all ?? 500,
        STREAMS_EACH: options.streams?.each ?? 50,
        DECISION_VIEW_DAYS: options.decisionViewDays ?? 0,
        EFFECT_DAYS: options.effectDays ?? 0,
        API_KEYS: [...(options.keys ?? [])],
      },
    }),
  });
  const service = await startTestService('api', compose, {
    clock: options.clock,
    keys: options.keys ?? [],
    keyStore: { log: store, pool },
  });
  const { app, url } = service;
  const send =
    (method: string) =>
    async (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) =>
      answerOf(
        await fetch(`${url}${path}`, {
          method,
          headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        }),
      );
  return {
    app,
    url,
    get: (path, headers) => send('GET')(path, undefined, headers),
    post: send('POST'),
    put: send('PUT'),
    close: () => service.close(),
  };
};

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return {
    status: response.status,
    type: (response.headers.get('content-type') ?? '').split(';')[0] ?? '',
    headers: response.headers,
    body: (isJson && text ? JSON.parse(text) : text) as never,
  };
};
