import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ReadinessChecks } from '@weir/telemetry';
import type { FastifyInstance } from 'fastify';
import { acceptFeedBodies } from './feeds/accept-feed-bodies.js';
import { FEEDS, FeedsController } from './feeds/feeds.controller.js';
import { openEnrichment, type Enrichment, type EnrichmentPorts } from './start-enrichment.js';

const ENRICHMENT = Symbol('ENRICHMENT');

export interface EnrichmentModuleOptions extends EnrichmentPorts {
  readonly readiness: ReadinessChecks;
}

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
      controllers: [FeedsController],
      providers: [
        { provide: ENRICHMENT, useValue: enrichment },
        { provide: FEEDS, useValue: enrichment.feeds },
      ],
    };
  }

  onModuleInit(): void {
    acceptFeedBodies(this.host.httpAdapter.getInstance<FastifyInstance>());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.enrichment.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.enrichment.stop();
  }
}
