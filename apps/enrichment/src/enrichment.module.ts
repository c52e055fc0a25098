import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { retryPausesOf } from '@weir/messaging';
import { TopicServer } from '@weir/messaging/nest';
import { limitGuests, type LetIn, type ReadinessChecks } from '@weir/service';
import type { FastifyInstance } from 'fastify';
import type { EnrichmentConfiguration } from './config.js';
import {
  ENRICHMENT_GROUP,
  OPEN_ENRICHMENT,
  ObservedConsumerController,
} from './enrich-package/observed-consumer.controller.js';
import { acceptFeedBodies } from './feeds/accept-feed-bodies.js';
import { FEEDS, FeedsController, UPLOADS } from './feeds/feeds.controller.js';
import { observedTopics, openEnrichment, type Enrichment, type EnrichmentPorts } from './start-enrichment.js';

const ENRICHMENT = Symbol('ENRICHMENT');

export interface EnrichmentModuleOptions extends EnrichmentPorts {
  readonly readiness: ReadinessChecks;
}

/** The transport to connect to the application that has EnrichmentModule. */
export const enrichmentServer = ({ topics, config }: Pick<EnrichmentPorts, 'topics' | 'config'>): TopicServer =>
  new TopicServer(observedTopics(topics), {
    group: ENRICHMENT_GROUP,
    maxBatch: config.ENRICHMENT_BATCH,
    retryPauses: retryPausesOf(config.RETRY_PAUSES),
  });

const uploadsOf = ({ FEEDS_UPLOADS: all }: EnrichmentConfiguration): LetIn =>
  limitGuests({ each: Math.ceil(all / 2), all });

/** Finds out what is known of each observed package, and again when a feed says something else. */
@Module({})
export class EnrichmentModule implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(ENRICHMENT) private readonly enrichment: Enrichment,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  static forRoot({ readiness, ...ports }: EnrichmentModuleOptions): DynamicModule {
    const enrichment = openEnrichment(ports);
    readiness.register('enrichment', () => enrichment.check());
    return {
      module: EnrichmentModule,
      controllers: [FeedsController, ObservedConsumerController],
      providers: [
        { provide: ENRICHMENT, useValue: enrichment },
        { provide: OPEN_ENRICHMENT, useValue: enrichment },
        { provide: FEEDS, useValue: enrichment.feeds },
        { provide: UPLOADS, useValue: uploadsOf(ports.config) },
      ],
    };
  }

  onModuleInit(): void {
    acceptFeedBodies(this.host.httpAdapter.getInstance<FastifyInstance>());
  }

  onApplicationBootstrap(): void {
    this.enrichment.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.enrichment.stop();
  }
}
