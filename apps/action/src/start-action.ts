import { TOPICS } from '@weir/contracts';
import type { RetrySchedule } from '@weir/domain';
import { openShardDesk, type EventStore } from '@weir/event-store';
import { observeTopics, type PartitionHandler, type Topics } from '@weir/messaging';
import { SERVICES, SPANS, type Logger } from '@weir/telemetry';
import type pg from 'pg';
import type { Clock } from './clock.js';
import { startDispatcher } from './dispatch-effects/dispatch-effects.js';
import { observeEffects } from './observe-effects.js';
import { decisionsHandler } from './request-effects/decisions-handler.js';
import type { Endpoint } from './send-webhooks/endpoint.js';
import type { Send } from './send-webhooks/send-webhook.js';

export interface ActionPorts {
  readonly pool: pg.Pool;
  readonly eventStore: EventStore;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly endpoints: readonly Endpoint[];
  readonly schedule: RetrySchedule;
  readonly send: Send;
  /** Milliseconds that a message waits which faults alone, before each further attempt. */
  readonly retryPauses: readonly number[];
  /** In [0, 1). */
  readonly random: () => number;
}

export interface Action {
  close(): Promise<void>;
}

/** Turns decisions into effects and tells the endpoints, partition by partition. */
export const startAction = async (ports: ActionPorts): Promise<Action> => {
  const topics = observeTopics(ports.topics, { service: SERVICES.action, span: SPANS.act });
  const consumption = await topics.consume({ group: 'action', topics: [TOPICS.decisions], retryPauses: ports.retryPauses, open: (partition) => openPartition(ports, partition) });
  const forget = observeEffects(ports.pool);
  return {
    close: async () => {
      forget();
      await consumption.stop();
    },
  };
};

/** Who is given the partition of the topic also writes its shard and delivers its effects. */
const openPartition = async (ports: ActionPorts, partition: number): Promise<PartitionHandler> => {
  const shardDesk = await openShardDesk(ports.eventStore, `action/${partition}`, ports.logger);
  const dispatcher = await startDispatcher({ ...ports, shardDesk }, ports.endpoints);
  const subscribers = ports.endpoints.map(({ name, kinds }) => ({ endpoint: name, kinds }));
  return decisionsHandler({ pool: ports.pool, clock: ports.clock, subscribers, shardDesk, onRequested: () => dispatcher.wake(), close: () => dispatcher.stop() });
};
