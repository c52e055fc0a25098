import { Controller, Inject } from '@nestjs/common';
import { TOPICS } from '@weir/contracts';
import type { PartitionHandler } from '@weir/messaging';
import { OpensPartitions } from '@weir/messaging/nest';

/** Gives the handler of a partition of what was observed. */
export interface OpenEnrichment {
  open(partition: number): PartitionHandler;
}

export const OPEN_ENRICHMENT = Symbol('OpenEnrichment');

export const ENRICHMENT_GROUP = 'enrichment';

@Controller()
export class ObservedConsumerController {
  constructor(@Inject(OPEN_ENRICHMENT) private readonly enrichment: OpenEnrichment) {}

  @OpensPartitions({ group: ENRICHMENT_GROUP, topics: [TOPICS.observed] })
  open(partition: number): PartitionHandler {
    return this.enrichment.open(partition);
  }
}
