import { TOPICS } from '@weir/contracts';
import { followForeignTopic, type Consumption, type PartitionHandler, type Topics } from '@weir/messaging';
import type { Logger } from '@weir/postgres';
import { SERVICES, SPANS } from '@weir/service';
import { takeMessages, type TakePorts } from './take-messages.js';

export interface FollowPorts extends TakePorts {
  readonly topics: Topics;
  readonly logger: Logger;
}

const GROUP = 'ingest';

/**
 * Follows every upstream, and the topic to which its dead letters are sent again. None is waited for: brokers of others
 * that are away do not keep ingest from starting.
 */
export const followUpstreams = async (ports: FollowPorts): Promise<Consumption> => {
  const { topics, upstreams, logger } = ports;
  if (upstreams.length === 0) return { stop: async () => undefined };
  const replays = await topics.consume({
    group: GROUP,
    topics: [TOPICS.upstream],
    open: async (partition) => replayHandler(ports, partition),
  });
  const followed = upstreams.map((upstream) => {
    const { name, topic, group } = upstream;
    logger.info({ upstream: name, topic, group }, 'an upstream topic is followed');
    return followForeignTopic(upstream, {
      topics,
      logger,
      service: SERVICES.ingest,
      span: SPANS.receive,
      handle: (messages) => takeMessages(ports, messages),
    });
  });
  return {
    stop: async () => {
      await Promise.all([replays, ...followed].map((consumption) => consumption.stop()));
    },
  };
};

/**
 * Ingest keeps no log and so no position of its own: it goes on where its reports say, which are never ahead of what was
 * taken. What is taken again is known by its ids.
 */
const replayHandler = (ports: FollowPorts, partition: number): PartitionHandler => {
  let passed = 0;
  return {
    position: async (topic) => {
      const told = await ports.topics.lag(GROUP);
      return Math.max(passed, told.find((one) => one.topic === topic && one.partition === partition)?.position ?? 0);
    },
    handle: async ({ messages }) => {
      await takeMessages(ports, messages);
      passed = (messages.at(-1)?.offset ?? -1) + 1;
    },
    passOver: async ({ offset }) => {
      passed = offset + 1;
    },
    close: async () => undefined,
  };
};
