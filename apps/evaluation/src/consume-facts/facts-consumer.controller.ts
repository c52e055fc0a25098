import { Controller, Inject } from '@nestjs/common';
import { TOPICS } from '@weir/contracts';
import type { PartitionHandler } from '@weir/messaging';
import { OpensPartitions } from '@weir/messaging/nest';

/** Opens partitions once evaluation has started. */
export interface OpenEvaluation {
  open(partition: number): Promise<PartitionHandler>;
}

export const OPEN_EVALUATION = Symbol('OpenEvaluation');

export const EVALUATION_GROUP = 'evaluation';

/** Facts of packages that were observed first, then those that a feed changed. */
@Controller()
export class FactsConsumerController {
  constructor(@Inject(OPEN_EVALUATION) private readonly evaluation: OpenEvaluation) {}

  @OpensPartitions({ group: EVALUATION_GROUP, topics: [TOPICS.enriched, TOPICS.enrichedByFeed] })
  open(partition: number): Promise<PartitionHandler> {
    return this.evaluation.open(partition);
  }
}
