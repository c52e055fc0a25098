import { Module, type DynamicModule } from '@nestjs/common';
import { TOPICS } from '@weir/contracts';
import { observeTopics, type Topics } from '@weir/messaging';
import { SERVICES, type Logger, type ReadinessChecks } from '@weir/telemetry';
import { acceptEvents } from './accept-events/accept-events.js';
import { ACCEPT_EVENTS, AcceptEventsController } from './accept-events/accept-events.controller.js';

/** What ingest is given by whoever composes it. */
export interface IngestPorts {
  readonly topics: Topics;
  readonly clock: () => Date;
  readonly logger: Logger;
  readonly readiness: ReadinessChecks;
}

@Module({})
export class IngestModule {
  static forRoot({ topics: given, clock, readiness }: IngestPorts): DynamicModule {
    const topics = observeTopics(given, { service: SERVICES.ingest });
    readiness.register('ingest topics', async () => {
      await topics.ends(TOPICS.observed);
    });
    return {
      module: IngestModule,
      controllers: [AcceptEventsController],
      providers: [{ provide: ACCEPT_EVENTS, useValue: acceptEvents({ topics, clock }) }],
    };
  }
}
