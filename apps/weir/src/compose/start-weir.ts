import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { composeAction, actionConfigurationSchema } from '@weir/action';
import { composeApi, apiConfigurationSchema } from '@weir/api';
import { serviceOfRoute, TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { composeEnrichment, enrichmentConfigurationSchema } from '@weir/enrichment';
import { composeEvaluation, evaluationConfigurationSchema } from '@weir/evaluation';
import { openEventStore, type EventStore } from '@weir/event-store';
import { composeIngest, ingestConfigurationSchema } from '@weir/ingest';
import { openTopics, type Topics } from '@weir/messaging';
import { openPool, poolLimitsOf, type Logger } from '@weir/postgres';
import {
  composeService,
  guardedRoutes,
  httpSettingsOf,
  openKeys,
  readConfiguration,
  ReadinessChecks,
  startConsuming,
  startLine,
  startTracing,
  tellUnknownVariables,
  untilAble,
  type GuardedRoute,
  type KeyRing,
  observeBuild,
  SERVICES,
} from '@weir/service';
import type pg from 'pg';
import { weirConfigurationSchema } from './configuration.js';
import { knownVariables } from './known-variables.js';
import { SHARED_CONNECTIONS } from './connections.js';
import { countDecisions, type DecisionCounts } from './count-decisions.js';
import type { StoryKey } from '../demo/story-key.js';
import { claimDataDirectory } from './data-directory.js';
import { listenOn } from './listen-on.js';
import { observeDisk } from './observe-disk.js';
import { opaCacheDirectory } from './opa-cache.js';
import { openDatabase } from './open-database.js';
import { waitUntilSettled } from './wait-until-settled.js';

export interface WeirOptions {
  readonly dataDirectory: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress?: (line: string) => void;
  /** Told once when the embedded PostgreSQL ends again and again and is given up; then only a new start helps. */
  readonly onLost?: (fault: Error) => void;
  /** Taken beside the other keys, for the process's own questions. */
  readonly storyKey?: StoryKey;
  /** Aborts when the process was told to end, before it is closed. */
  readonly ending?: AbortSignal;
}

export interface Weir {
  readonly url: string;
  readonly dataDirectory: string;
  readonly database: string;
  /** What each route needs of who asks. */
  readonly routes: readonly GuardedRoute[];
  /** Resolves when everything that was accepted so far is judged, acted on and visible. */
  settled(deadlineMillis?: number): Promise<void>;
  /** How many decisions the log holds, and how many of them a change of EPSS scores led to. */
  countDecisions(): Promise<DecisionCounts>;
  close(): Promise<void>;
}

const SERVICE_NAMES = Object.values(SERVICES);

type Release = () => Promise<unknown>;
type OnClose = (release: Release) => void;

/** Starts every service in this process, on one PostgreSQL and the embedded topics. */
export const startWeir = async (options: WeirOptions): Promise<Weir> => {
  const releases: Release[] = [];
  const close = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  try {
    return { ...(await start(options, (release) => releases.push(release))), close };
  } catch (fault) {
    await close();
    throw fault;
  }
};

const start = async (options: WeirOptions, onClose: OnClose): Promise<Omit<Weir, 'close'>> => {
  const { env, logger, clock } = options;
  tellUnknownVariables(knownVariables(), env, logger);
  const config = readConfiguration(weirConfigurationSchema, env);
  logger.info(startLine(config, env), 'starting');
  const tracing = startTracing(env, logger);
  onClose(() => tracing.stop());
  const directory = claimDataDirectory(options.dataDirectory);
  onClose(async () => directory.release());
  const urls = { service: config.DATABASE_URL, owner: config.DATABASE_OWNER_URL };
  const onGivenUp = (fault: Error): void => options.onLost?.(fault);
  const say = options.onProgress ?? ((line: string): void => logger.warn(line));
  const database = await openDatabase(
    directory.path,
    { ...urls, say },
    {
      logger,
      onGivenUp,
      ...(options.ending && { ending: options.ending }),
    },
  );
  onClose(() => database.close());
  const pool = openPool({
    databaseUrl: database.serviceUrl,
    name: 'weir',
    logger,
    ...poolLimitsOf(config, SHARED_CONNECTIONS),
  });
  onClose(() => pool.end());
  const topics = await openTopics({ ...config, DATABASE_URL: database.serviceUrl }, { clientId: 'weir', logger });
  onClose(() => topics.close());
  await untilToldToEnd(options.ending, untilTopics(topics, { logger, config }));
  const store = openEventStore(pool, eventCatalog);
  const keys = await openKeys({ store: { log: store, pool }, clock, logger }, config);
  onClose(() => keys.close());
  const ring = options.storyKey?.besides(keys) ?? keys;
  const forget = [observeBuild(SERVICE_NAMES), observeDisk(directory.path)];
  onClose(async () => forget.forEach((end) => end()));
  const app = await composeAll(options, { databaseUrl: database.serviceUrl, pool, topics, store, ring }, onClose);
  onClose(() => app.close());
  await startConsuming(app);
  await listenOn(app, options.port, config.HOST);
  return {
    url: await app.getUrl(),
    dataDirectory: directory.path,
    database: database.where,
    routes: guardedRoutes(app.getHttpAdapter().getInstance()),
    settled: (deadlineMillis) => waitUntilSettled({ pool, topics, clock }, deadlineMillis),
    countDecisions: () => countDecisions(pool),
  };
};

/** On Kafka, whose brokers may be away, or have other topics: nothing that needs them is begun before. */
const untilTopics = async (
  topics: Topics,
  { logger, config }: { readonly logger: Logger; readonly config: { readonly KAFKA_BROKERS?: string | undefined } },
): Promise<void> => {
  if (topics.system !== 'kafka') return;
  const about = { topics: config.KAFKA_BROKERS };
  await untilAble('the topics', () => topics.ends(TOPICS.observed), { logger, say: () => undefined, about });
};

/** Who is told to end waits for nobody. */
const untilToldToEnd = async (ending: AbortSignal | undefined, work: Promise<void>): Promise<void> => {
  if (ending === undefined) return work;
  const told = Promise.withResolvers<never>();
  const end = (): void => told.reject(new Error('The start was ended'));
  ending.addEventListener('abort', end, { once: true });
  if (ending.aborted) end();
  await Promise.race([work, told.promise]).finally(() => ending.removeEventListener('abort', end));
};

interface Resources {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly topics: Topics;
  readonly store: EventStore;
  readonly ring: KeyRing;
}

/** Each service as its own process composes it, by the same variables. */
const composeAll = async (
  options: WeirOptions,
  { databaseUrl, pool, topics, store, ring }: Resources,
  onClose: OnClose,
): Promise<NestFastifyApplication> => {
  const { clock, logger, onProgress } = options;
  const env = { ...options.env, DATABASE_URL: databaseUrl, OPA_CACHE: opaCacheDirectory(options.env) };
  const readiness = new ReadinessChecks(logger);
  const ports = { pool, topics, store, clock, logger, readiness, onClose };
  const parts = [
    composeIngest(ports, readConfiguration(ingestConfigurationSchema, env)),
    composeEnrichment(ports, readConfiguration(enrichmentConfigurationSchema, env)),
    await composeEvaluation(ports, readConfiguration(evaluationConfigurationSchema, env)),
    composeAction(ports, readConfiguration(actionConfigurationSchema, env)),
    composeApi({ ...ports, ...(onProgress && { onProgress }) }, readConfiguration(apiConfigurationSchema, env)),
  ];
  const http = httpSettingsOf(readConfiguration(weirConfigurationSchema, options.env));
  return composeService({ name: 'weir', parts, logger, readiness, ring, http, serviceOf: serviceOfRoute });
};
