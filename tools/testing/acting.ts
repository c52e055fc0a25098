import { TOPICS } from '@weir/contracts';
import { eventCatalog, type RetrySchedule } from '@weir/domain';
import { eventStoreMigrations, openEventStore, type EventStore, type StoredEvent } from '@weir/event-store';
import { messagingMigrations, openEmbeddedTopics, type EmbeddedTopics, type OutgoingMessage } from '@weir/messaging';
import type { Logger, PoolLimits } from '@weir/postgres';
import { createLogger } from '@weir/service';
import type pg from 'pg';
import { migrateTestDatabase } from './migrate-test-database.js';
import { createTestDatabase } from './test-database.js';
import { openTestPool } from './test-pool.js';
import { listEffects, listEffectsQuerySchema } from '../../apps/action/src/list-effects/list-effects.js';
import { actionMigrations } from '../../apps/action/src/action-migrations.js';
import type { Endpoint } from '../../apps/action/src/send-webhooks/endpoint.js';
import { sendWebhook } from '../../apps/action/src/send-webhooks/send-webhook.js';
import { observedTopics, openPartition, type ActionPorts } from '../../apps/action/src/open-partition.js';
import { waitFor } from './webhook-receiver.js';

/** Action at work, without its HTTP interface. */
export interface Action {
  close(): Promise<void>;
}

export interface ActionBench {
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly store: EventStore;
  readonly topics: EmbeddedTopics;
  readonly logger: Logger;
  /** What a partition is opened with, but for its endpoints. */
  readonly ports: Omit<ActionPorts, 'endpoints'>;
  /** Starts the service; retries come within milliseconds unless `schedule` says otherwise. */
  start(endpoints: readonly Endpoint[], more?: Partial<ActionPorts>): Promise<Action>;
  publish(...messages: readonly OutgoingMessage[]): Promise<void>;
  /** The effect events of the one partition, once there are `count` of them. */
  events(count: number): Promise<readonly StoredEvent[]>;
  /** Resolves when every published decision was acted on. */
  caughtUp(): Promise<void>;
  drop(): Promise<void>;
}

export const QUICK: RetrySchedule = { firstDelay: 40, longestDelay: 400, giveUpAfter: 60_000 };
const SHARD = 'action/0';

/** A database, the log and the embedded topics, all real, with one partition. */
export const openActionBench = async (limits: PoolLimits = {}): Promise<ActionBench> => {
  const database = await createTestDatabase();
  await migrateTestDatabase(database, [...eventStoreMigrations, ...messagingMigrations, ...actionMigrations]);
  const pool = openTestPool(database.serviceUrl, 8, limits);
  const logger = createLogger('action-test').child({}, { level: 'silent' });
  const topics = await openEmbeddedTopics({
    databaseUrl: database.serviceUrl,
    partitions: 1,
    logger,
    rebalanceEvery: 50,
  });
  const store = openEventStore(pool, eventCatalog);
  const base = {
    pool,
    eventStore: store,
    logger,
    clock: () => new Date(),
    schedule: QUICK,
    random: () => 0,
    send: sendWebhook({ clock: () => new Date(), timeout: 30_000 }),
  };
  const events = (count: number): Promise<readonly StoredEvent[]> =>
    waitFor(`${count} effect events`, async () => {
      const found = await store.read(SHARD, { position: 0, limit: 1_000 });
      return found.length >= count ? found : null;
    });
  return {
    databaseUrl: database.serviceUrl,
    pool,
    store,
    topics,
    logger,
    ports: base,
    start: async (endpoints, more = {}) => {
      const open = (partition: number) => openPartition({ ...base, endpoints, ...more }, partition);
      const consumption = await observedTopics(topics).consume({
        group: 'action',
        topics: [TOPICS.decisions],
        retryPauses: [1_000],
        open,
      });
      return { close: () => consumption.stop() };
    },
    publish: (...messages) => topics.publish(messages),
    events,
    caughtUp: () => caughtUp(store, topics),
    drop: async () => {
      await topics.close();
      await pool.end();
      await database.drop();
    },
  };
};

const caughtUp = async (store: EventStore, topics: EmbeddedTopics): Promise<void> => {
  const [end = 0] = await topics.ends(TOPICS.decisions);
  await waitFor('every decision acted on', async () => {
    const head = (await store.shards()).find(({ shard }) => shard === SHARD);
    return (head?.sources[TOPICS.decisions] ?? 0) >= end ? true : null;
  });
};

export interface TestDecision {
  readonly position: number;
  readonly name?: string;
  readonly state?: 'available' | 'quarantined' | 'hidden' | 'deleted';
  readonly tags?: readonly string[];
}

/** A decision about npm package `name`, as evaluation's relay publishes it. */
export const decisionMessage = ({
  position,
  name = 'lodash',
  state = 'available',
  tags = [],
}: TestDecision): OutgoingMessage => {
  const purl = `pkg:npm/${name}@4.17.20`;
  const key = `acme/npm-production/${purl}`;
  const asks = state !== 'available' || tags.length > 0;
  const policy = { policyId: 'epss', name: 'EPSS at or over 0.2', revision: 1 };
  const data = {
    workspace: 'acme',
    repository: { name: 'npm-production', format: 'npm', environment: 'production', team: null, region: null },
    package: { purl, type: 'npm', namespace: null, name, version: '4.17.20', digest: null },
    presence: 'present',
    decidedAt: '2026-08-02T09:00:00.000Z',
    results: [
      { ...policy, match: asks, reasons: asks ? ['CVE-2021-23337 has EPSS 0.213'] : [], output: '{}', error: null },
    ],
    desired: { state, tags, promotion: 'allowed', because: asks ? [{ ...policy, asks: state }] : [] },
    before: null,
  };
  const event = {
    specversion: '1.0',
    id: `evaluation-0-${position}`,
    source: '/weir/evaluation/0',
    type: 'dev.weir.decision.recorded.v1',
    time: data.decidedAt,
    subject: key,
    datacontenttype: 'application/json',
    shard: 'evaluation/0',
    position: String(position),
    data,
  };
  return {
    topic: TOPICS.decisions,
    key,
    headers: {
      'weir-shard': 'evaluation/0',
      'weir-position': String(position),
      ...(!asks && { 'weir-asks': 'nothing' }),
      'content-type': 'application/cloudevents+json',
    },
    value: Buffer.from(JSON.stringify(event), 'utf8'),
  };
};

/** A decision that quarantines, at `position`. */
export const quarantine = (position: number): OutgoingMessage =>
  decisionMessage({ position, state: 'quarantined', tags: ['exceeded-epss'] });

export const typesOf = (events: readonly StoredEvent[]): readonly string[] => events.map(({ type }) => type);

/** What the API would list. */
export const listedEffects = async ({ pool }: Pick<ActionBench, 'pool'>, query: Record<string, string> = {}) =>
  (await listEffects(pool, listEffectsQuerySchema.parse(query))).effects;
