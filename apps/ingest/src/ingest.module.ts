import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { TOPICS } from '@weir/contracts';
import { observeGroups, observeTopics, type Consumption, type Topics } from '@weir/messaging';
import type { Logger } from '@weir/postgres';
import { SERVICES, type ReadinessChecks } from '@weir/service';
import { acceptEvents } from './accept-events/accept-events.js';
import { ACCEPT_EVENTS, AcceptEventsController } from './accept-events/accept-events.controller.js';
import { followUpstreams, type FollowPorts } from './follow-upstreams/follow-upstreams.js';
import type { Upstream } from './follow-upstreams/upstreams-file.js';

/** What ingest is given by whoever composes it. */
export interface IngestPorts {
  readonly topics: Topics;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly readiness: ReadinessChecks;
  readonly upstreams: readonly Upstream[];
}

const PORTS = Symbol('FollowPorts');

/** Answers requests, and follows upstream topics from the application's start to its end. */
@Module({})
export class IngestModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private following: Consumption | null = null;

  constructor(@Inject(PORTS) private readonly ports: FollowPorts & { readonly given: Topics }) {}
  private forget: () => void = () => undefined;

  static forRoot({ topics: given, clock, logger, readiness, upstreams }: IngestPorts): DynamicModule {
    const topics = observeTopics(given, { service: SERVICES.ingest, tracesMessages: true });
    readiness.register('ingest topics', async () => {
      await topics.ends(TOPICS.observed);
    });
    const ports = { topics, clock, logger, upstreams, given };
    return {
      module: IngestModule,
      controllers: [AcceptEventsController],
      providers: [
        { provide: ACCEPT_EVENTS, useValue: acceptEvents({ topics, clock }) },
        { provide: PORTS, useValue: ports },
      ],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    this.forget = observeGroups(this.ports.given);
    this.following = await followUpstreams(this.ports);
  }

  async onApplicationShutdown(): Promise<void> {
    this.forget();
    await this.following?.stop();
  }
}
