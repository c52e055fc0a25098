import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ActionModule, actionServer, actionConfigurationSchema } from '@weir/action';
import { ApiModule, apiConfigurationSchema, readPolicyLibrary, serveConsole } from '@weir/api';
import { eventCatalog } from '@weir/domain';
import { EnrichmentModule, enrichmentServer, enrichmentConfigurationSchema } from '@weir/enrichment';
import { EvaluationModule, evaluationServer, evaluationConfigurationSchema } from '@weir/evaluation';
import { openEventStore } from '@weir/event-store';
import { IngestModule, ingestConfigurationSchema, readUpstreams } from '@weir/ingest';
import { kafkaAccessOf, openTopics, retryPausesOf, type Topics } from '@weir/messaging';
import { findOpa, startPolicyEngine } from '@weir/policy';
import { type Logger, openPool, poolLimitsOf } from '@weir/postgres';
import { createService, readConfiguration, ReadinessChecks, requireApiKey, startTracing } from '@weir/service';
import type pg from 'pg';
import { weirConfigurationSchema } from './configuration.js';
import { countDecisions, type DecisionCounts } from './count-decisions.js';
import { claimDataDirectory } from './data-directory.js';
import { listenOn } from './listen-on.js';
import { opaCacheDirectory } from './opa-cache.js';
import { openDatabase } from './open-database.js';
import { serveOpenApi } from './open-api.js';
import { serviceOfRoute } from './service-of-route.js';
import { waitUntilSettled } from './wait-until-settled.js';

export interface WeirOptions {
  readonly dataDirectory: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress?: (line: string) => void;
}

export interface Weir {
  readonly url: string;
  readonly dataDirectory: string;
  readonly database: string;
  /** Resolves when everything that was accepted so far is judged, acted on and visible. */
  settled(deadlineMillis?: number): Promise<void>;
  /** How many decisions the log holds, and how many of them a change of EPSS scores led to. */
  countDecisions(): Promise<DecisionCounts>;
  close(): Promise<void>;
}

/** Enough for every service at once. */
const CONNECTIONS = 24;

type Undo = () => Promise<void> | void;

/** Starts every service in this process, on one PostgreSQL and the embedded topics. */
export const startWeir = async (options: WeirOptions): Promise<Weir> => {
  const undo: Undo[] = [];
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await start(options, undo, close);
  } catch (fault) {
    await close();
    throw fault;
  }
};

const start = async (options: WeirOptions, undo: Undo[], close: () => Promise<void>): Promise<Weir> => {
  const config = readConfiguration(weirConfigurationSchema, options.env);
  const tracing = startTracing(options.env, options.logger);
  undo.push(() => tracing.stop());
  const directory = claimDataDirectory(options.dataDirectory);
  undo.push(() => directory.release());
  const database = await openDatabase(directory.path, config.DATABASE_URL);
  undo.push(() => database.close());
  const pool = openPool({ databaseUrl: database.serviceUrl, name: 'weir', logger: options.logger, ...poolLimitsOf(config, CONNECTIONS) });
  undo.push(() => pool.end());
  const topics = await openTopics({ brokers: config.KAFKA_BROKERS, databaseUrl: database.serviceUrl, partitions: config.PARTITIONS, clientId: 'weir', logger: options.logger, access: kafkaAccessOf(config) });
  undo.push(() => topics.close());
  const app = await compose(options, config, { serviceUrl: database.serviceUrl, pool, topics }, undo);
  await app.init();
  await app.startAllMicroservices();
  await listenOn(app, options.port, config.HOST);
  return {
    url: await app.getUrl(),
    dataDirectory: directory.path,
    database: database.where,
    settled: (deadlineMillis) => waitUntilSettled({ pool, topics, clock: options.clock }, deadlineMillis),
    countDecisions: () => countDecisions(pool),
    close,
  };
};

interface Resources {
  readonly serviceUrl: string;
  readonly pool: pg.Pool;
  readonly topics: Topics;
}

const compose = async (options: WeirOptions, config: ReturnType<typeof weirConfigurationSchema.parse>, { serviceUrl, pool, topics }: Resources, undo: Undo[]): Promise<NestFastifyApplication> => {
  const { clock, logger, env } = options;
  const readiness = new ReadinessChecks();
  const store = openEventStore(pool, eventCatalog);
  const services = { ...env, DATABASE_URL: serviceUrl, PARTITIONS: String(config.PARTITIONS) };
  const evaluation = readConfiguration(evaluationConfigurationSchema, services);
  const engine = await startPolicyEngine({ workers: evaluation.POLICY_WORKERS, deadlineMillis: evaluation.POLICY_DEADLINE_MS, memoryMegabytes: evaluation.POLICY_MEMORY_MB });
  undo.push(() => engine.close());
  const cacheDirectory = opaCacheDirectory(env);
  const findCompiler = () => findOpa({ cacheDirectory, ...(options.onProgress ? { onProgress: options.onProgress } : {}) });
  const api = readConfiguration(apiConfigurationSchema, services);
  const [enrichment, action] = [readConfiguration(enrichmentConfigurationSchema, services), readConfiguration(actionConfigurationSchema, services)];
  const ports = { topics, pool, store, eventStore: store, clock, logger, readiness };
  const module = [
    IngestModule.forRoot({ ...ports, upstreams: readUpstreams(readConfiguration(ingestConfigurationSchema, services).UPSTREAM_FILE) }),
    EnrichmentModule.forRoot({ ...ports, config: enrichment }),
    EvaluationModule.forRoot({ ...ports, engine, lookEveryMillis: evaluation.LOOK_EVERY_MS }),
    ActionModule.forRoot({ ...ports, config: action }),
    ApiModule.forRoot({ ...ports, config: api, library: readPolicyLibrary(), findCompiler }),
  ];
  const app = await createService({ name: 'weir', module, logger, readiness, serviceOf: serviceOfRoute });
  undo.push(() => app.close());
  const consumers = [enrichmentServer({ topics, config: enrichment }), evaluationServer({ topics, retryPauses: retryPausesOf(evaluation.RETRY_PAUSES) }), actionServer(topics, action)];
  for (const strategy of consumers) app.connectMicroservice({ strategy });
  app.useGlobalGuards(requireApiKey(api.API_KEYS));
  await serveConsole(app);
  serveOpenApi(app);
  return app;
};
