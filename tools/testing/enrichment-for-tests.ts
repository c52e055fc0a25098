import {
  TOPICS,
  ENVELOPE_HEADER,
  enrichedEnvelopeSchema,
  packageFormat,
  parsePackageUrl,
  type EnrichedEnvelope,
  type Facts,
  type PackageMetadata,
  type PackageObserved,
} from '@weir/contracts';
import { eventCatalog, packageKey } from '@weir/domain';
import { eventStoreMigrations, openEventStore, type EventStore } from '@weir/event-store';
import { messagingMigrations, openEmbeddedTopics, type EmbeddedTopics, type TopicMessage } from '@weir/messaging';
import { createLogger, createTurns, readConfiguration } from '@weir/service';
import pg from 'pg';
import { enrichmentConfigurationSchema } from '../../apps/enrichment/src/config.js';
import { advisoryCache } from '../../apps/enrichment/src/enrich-package/advisory-cache.js';
import { enrichObservations } from '../../apps/enrichment/src/enrich-package/enrich-observations.js';
import type { FeedKind } from '@weir/contracts';
import type { EnrichmentWork } from '../../apps/enrichment/src/enrich-package/enrichment-ports.js';
import { enrichmentMigrations } from '../../apps/enrichment/src/enrichment-migrations.js';
import {
  DEFAULT_FEED_LIMITS,
  type FeedLimits,
  type LoadedFeed,
  type FeedRefused,
  type FeedSource,
} from '../../apps/enrichment/src/feeds/feed.js';
import { loadFeed, type FeedPorts } from '../../apps/enrichment/src/feeds/load-feed.js';
import {
  acceptFile,
  type AcceptedFile,
  type AcceptRefused,
} from '../../apps/enrichment/src/feeds/whole-state/accept-file.js';
import { reassessBatch } from '../../apps/enrichment/src/reassess-packages/reassess-batch.js';
import { migrateTestDatabase } from './migrate-test-database.js';
import { createTestDatabase } from './test-database.js';
import { openTestPool } from './test-pool.js';

export interface Enriched {
  readonly message: TopicMessage;
  readonly envelope: EnrichedEnvelope;
  readonly facts: Facts | null;
}

/** A migrated database with topics of one partition, and enrichment's parts ready to be called one by one. */
export interface TestEnrichment {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: EmbeddedTopics;
  readonly work: EnrichmentWork;
  readonly clock: { now: string };
  load(kind: FeedKind, source: FeedSource, limits?: Partial<FeedLimits>): Promise<LoadedFeed | FeedRefused>;
  /** Puts a file in the place of what is known. */
  replace(kind: FeedKind, source: FeedSource): Promise<LoadedFeed | FeedRefused>;
  /** Lets in what the newest file takes away. */
  accept(kind: FeedKind, content: string): Promise<AcceptedFile | AcceptRefused>;
  /** What feeds are loaded with. */
  readonly feedPorts: FeedPorts;
  /** Enriches observations as one batch. */
  observe(...observed: readonly PackageObserved[]): Promise<void>;
  /** Works the queue off; answers how many packages were published. */
  reassess(): Promise<number>;
  /** What only the owner of the schema may do. */
  asOwner(statement: string): Promise<void>;
  enriched(topic: typeof TOPICS.enriched | typeof TOPICS.enrichedByFeed): Promise<readonly Enriched[]>;
  close(): Promise<void>;
}

export const openTestEnrichment = async (): Promise<TestEnrichment> => {
  const database = await createTestDatabase();
  await migrateTestDatabase(database, [...eventStoreMigrations, ...messagingMigrations, ...enrichmentMigrations]);
  const logger = createLogger('enrichment-test');
  logger.level = 'silent';
  const pool = openTestPool(database.serviceUrl, 12);
  const topics = await openEmbeddedTopics({ databaseUrl: database.serviceUrl, partitions: 1, logger });
  const store = openEventStore(pool, eventCatalog);
  const clock = { now: '2026-06-14T12:00:00.000Z' };
  const cache = advisoryCache(16 * 1024 * 1024);
  const work: EnrichmentWork = { pool, topics, store, logger, cache, clock: () => new Date(clock.now) };
  const ports: FeedPorts = {
    pool,
    logger,
    clock: () => new Date(clock.now),
    limits: DEFAULT_FEED_LIMITS,
    inTurn: createTurns(2),
    urls: { allowPrivate: true, timeoutMillis: 5000, totalMillis: 60_000 },
    onLoaded: () => undefined,
  };
  return {
    databaseUrl: database.serviceUrl,
    feedPorts: ports,
    pool,
    store,
    topics,
    work,
    clock,
    load: (kind, source, limits = {}) =>
      loadFeed({ ...ports, limits: { ...DEFAULT_FEED_LIMITS, ...limits } }, { kind, source }),
    replace: (kind, source) => loadFeed(ports, { kind, source, replaces: BY_ADA }),
    accept: (kind, content) => acceptFile(ports, { kind, content, ...BY_ADA }),
    observe: (...observed) =>
      enrichObservations(
        work,
        observed.map((one) => messageOf(one)),
      ),
    reassess: () => reassessAll(work),
    asOwner: (statement) => asOwner(database.ownerUrl, statement),
    enriched: async (topic) => (await topics.peek(topic, 0, 0, 100_000)).map(readEnriched),
    close: async () => {
      await topics.close();
      await pool.end();
      await database.drop();
    },
  };
};

const BY_ADA = { by: 'ada', because: 'a test' };

const asOwner = async (ownerUrl: string, statement: string): Promise<void> => {
  const owner = new pg.Client({ connectionString: ownerUrl });
  owner.on('error', () => undefined); // What was lost is told by the next query.
  await owner.connect();
  try {
    await owner.query(statement);
  } finally {
    await owner.end();
  }
};

const reassessAll = async (work: EnrichmentWork): Promise<number> => {
  for (let published = 0; ;) {
    const batch = await reassessBatch(work, 200);
    published += batch.published;
    if (batch.handled === 0) return published;
  }
};

export const readEnriched = (message: TopicMessage): Enriched => ({
  message,
  envelope: enrichedEnvelopeSchema.parse(JSON.parse(message.headers[ENVELOPE_HEADER] ?? 'null')),
  facts: message.value.length === 0 ? null : (JSON.parse(Buffer.from(message.value).toString()) as Facts),
});

export const enrichmentConfiguration = (databaseUrl: string, env: Readonly<Record<string, string>> = {}) =>
  readConfiguration(enrichmentConfigurationSchema, { DATABASE_URL: databaseUrl, ...env });

let observations = 0;

interface Told {
  readonly repository?: string;
  readonly kind?: PackageObserved['observation']['kind'];
  readonly metadata?: PackageMetadata | null;
  readonly at?: string;
  readonly id?: string;
}

/** An observation as ingest publishes it. */
export const observedOf = (purl: string, told: Told = {}): PackageObserved => {
  const named = parsePackageUrl(purl);
  if ('refused' in named) throw new Error(named.refused);
  const {
    kind = 'published',
    repository = 'npm-dev',
    metadata = kind === 'published' ? {} : null,
    at = '2026-06-14T10:00:00.000Z',
    id = `observation-${(observations += 1)}`,
  } = told;
  return {
    workspace: 'default',
    repository: { name: repository, format: packageFormat(named.type), environment: null, team: null, region: null },
    package: {
      purl: named.purl,
      type: named.type,
      namespace: named.namespace,
      name: named.name,
      version: named.version ?? '',
      digest: null,
    },
    observation: { id, source: '/test', kind, occurredAt: at, receivedAt: at, actor: null },
    metadata,
  };
};

/** The message that carries it, as a consumer sees it. */
export const messageOf = (
  observed: PackageObserved,
  offset = 0,
  headers: Readonly<Record<string, string>> = {},
): TopicMessage => ({
  topic: TOPICS.observed,
  partition: 0,
  offset,
  headers,
  publishedAt: observed.observation.receivedAt,
  key: packageKey(observed.workspace, observed.repository.name, observed.package.purl),
  value: Buffer.from(JSON.stringify(observed)),
});
