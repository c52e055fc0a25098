import { effectShard, type RetrySchedule } from '@weir/domain';
import { openShardQueue, type EventStore } from '@weir/event-store';
import { observeTopics, type PartitionHandler, type Topics } from '@weir/messaging';
import type { Logger } from '@weir/postgres';
import { SERVICES } from '@weir/service';
import type pg from 'pg';
import type { Clock } from './clock.js';
import { startDispatcher } from './dispatch-effects/dispatch-effects.js';
import { decisionsHandler } from './request-effects/decisions-handler.js';
import type { Endpoint } from './send-webhooks/endpoint.js';
import type { Send } from './send-webhooks/send-webhook.js';

export interface ActionPorts {
  readonly pool: pg.Pool;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly endpoints: readonly Endpoint[];
  readonly schedule: RetrySchedule;
  readonly send: Send;
  /** In [0, 1). */
  readonly random: () => number;
}

/** The topics with action's spans and measurements. */
export const observedTopics = (topics: Topics): Topics =>
  observeTopics(topics, { service: SERVICES.action, tracesMessages: true });

/** Begins to turn the decisions of a partition into effects and to tell the endpoints. Who is given the partition of the topic also writes its shard and delivers its effects. */
export const openPartition = async (ports: ActionPorts, partition: number): Promise<PartitionHandler> => {
  const shardQueue = await openShardQueue(ports.eventStore, effectShard(partition), ports.logger);
  const dispatcher = await startDispatcher({ ...ports, shardQueue }, ports.endpoints);
  const subscribers = ports.endpoints.map(({ name, kinds }) => ({ endpoint: name, kinds }));
  return decisionsHandler({
    pool: ports.pool,
    clock: ports.clock,
    subscribers,
    shardQueue,
    onRequested: () => dispatcher.wake(),
    close: () => dispatcher.stop(),
  });
};
