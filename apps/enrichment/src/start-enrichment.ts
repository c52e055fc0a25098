import type { EventStore } from '@weir/event-store';
import { observeTopics, type PartitionHandler, type Topics } from '@weir/messaging';
import { NotAble, requireMigrations, type Logger } from '@weir/postgres';
import { count, createTurns, keepRetention, observeTables, SERVICES } from '@weir/service';
import type pg from 'pg';
import type { EnrichmentConfiguration } from './config.js';
import { enrichmentMigrations } from './enrichment-migrations.js';
import { advisoryCache } from './enrich-package/advisory-cache.js';
import { ENRICHMENT_GROUP } from './enrich-package/observed-consumer.controller.js';
import { observedHandler } from './enrich-package/observed-handler.js';
import { appendOnAndOn } from './feeds/append-on-and-on.js';
import { showFreshness } from './feeds/feed-freshness.js';
import { feedLimitsOf, scheduledUrlsOf, urlPolicyOf } from './feeds/feed-settings.js';
import type { Feeds } from './feeds/feeds.controller.js';
import { fetchFeedsBySchedule } from './feeds/fetch-feeds-by-schedule.js';
import { observeFeeds } from './feeds/observe-feeds.js';
import { acceptFile } from './feeds/whole-state/accept-file.js';
import { loadFeed, type FeedPorts } from './feeds/load-feed.js';
import { enrichmentRetention } from './retention/enrichment-retention.js';
import { reassessOnAndOn } from './reassess-packages/reassess-on-and-on.js';

export interface EnrichmentPorts {
  readonly topics: Topics;
  /** Connections of the service role; two for each partition and four more are enough. */
  readonly pool: pg.Pool;
  /** Connections of the service role for loads of feeds: one more than there are loads at a time. */
  readonly loads: pg.Pool;
  /** Keeps facts that are too large for a message, and tells when feeds were loaded. */
  readonly store: Pick<EventStore, 'putEvidence' | 'openShard'>;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly config: EnrichmentConfiguration;
}

export interface Enrichment {
  readonly feeds: Feeds;
  /** Begins to look again at what feeds change, and to fetch feeds. */
  start(): void;
  /** Enriches what is observed in a partition. */
  open(partition: number): PartitionHandler;
  /** Rejects with the reason while it cannot work. */
  check(): Promise<void>;
  /** Finishes what is at hand. */
  stop(): Promise<void>;
}

/** A short one is not held up by a long one. Loads of one feed wait for each other anyway. */
export const LOADS_AT_A_TIME = 2;

const HOUR_MS = 3_600_000;
const POLL_MS = 1000;

/** The topics with enrichment's spans and measurements. */
export const observedTopics = (topics: Topics): Topics =>
  observeTopics(topics, { service: SERVICES.enrichment, tracesMessages: true });

/** Puts the parts together; nothing runs before `start`. */
export const openEnrichment = (ports: EnrichmentPorts): Enrichment => {
  const { pool, clock, config } = ports;
  const topics = observedTopics(ports.topics);
  const cache = advisoryCache(config.ADVISORY_CACHE_MB * 1024 * 1024);
  const work = { ...ports, topics, cache };
  let wake: () => void = () => undefined;
  const feedPorts: FeedPorts = {
    ...ports,
    pool: ports.loads,
    inTurn: createTurns(LOADS_AT_A_TIME),
    limits: feedLimitsOf(config),
    urls: urlPolicyOf(config),
    loginsFile: config.FEEDS_LOGINS_FILE,
    onLoaded: () => wake(),
  };
  const running: (() => Promise<void>)[] = [];
  return {
    feeds: {
      load: (request) => loadFeed(feedPorts, request),
      accept: (request) => acceptFile(feedPorts, request),
      freshness: () => showFreshness(pool, clock(), config.FEEDS_STALE_AFTER_HOURS * HOUR_MS),
    },
    open: (partition) => observedHandler(work, partition),
    start: () => {
      const reassessing = reassessOnAndOn(work, { batch: config.REASSESSMENT_BATCH, pollMillis: POLL_MS });
      const appending = appendOnAndOn(ports, POLL_MS);
      wake = () => {
        reassessing.wake();
        appending.wake();
      };
      running.push(
        () => reassessing.stop(),
        () => appending.stop(),
      );
      running.push(schedule(feedPorts, config));
      const forget = [observeFeeds(pool, clock), observeTables(pool, ['intelligence'])];
      running.push(async () => forget.forEach((end) => end()));
      count('observationsForgotten', 0, {});
      const retention = keepRetention(ports, enrichmentRetention(config));
      running.push(() => retention.stop());
    },
    check: async () => {
      await requireMigrations(pool, enrichmentMigrations);
      if (running.length === 0) throw new NotAble('still starting');
      topics.lost.refuse(ENRICHMENT_GROUP);
    },
    stop: async () => {
      for (const stop of running.splice(0).reverse()) await stop();
    },
  };
};

const schedule = (ports: FeedPorts, config: EnrichmentConfiguration): (() => Promise<void>) =>
  fetchFeedsBySchedule({
    feeds: scheduledUrlsOf(config),
    intervalMillis: config.FEEDS_INTERVAL_MINUTES * 60_000,
    logger: ports.logger,
    load: (kind, source) => loadFeed(ports, { kind, source }),
  });
