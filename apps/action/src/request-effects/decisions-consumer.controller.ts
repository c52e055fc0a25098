import { Controller, Inject } from '@nestjs/common';
import { TOPICS } from '@weir/contracts';
import type { PartitionHandler } from '@weir/messaging';
import { OpensPartitions } from '@weir/messaging/nest';

export type OpenPartition = (partition: number) => Promise<PartitionHandler>;

export const OPEN_PARTITION = Symbol('OpenPartition');

export const ACTION_GROUP = 'action';

@Controller()
export class DecisionsConsumerController {
  constructor(@Inject(OPEN_PARTITION) private readonly openPartition: OpenPartition) {}

  @OpensPartitions({ group: ACTION_GROUP, topics: [TOPICS.decisions] })
  open(partition: number): Promise<PartitionHandler> {
    return this.openPartition(partition);
  }
}
