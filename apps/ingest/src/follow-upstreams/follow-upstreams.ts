import { TOPICS } from '@weir/contracts';
import {
  followForeignTopic,
  type Consumption,
  type PartitionHandler,
  type Position,
  type Topics,
} from '@weir/messaging';
import type { Logger } from '@weir/postgres';
import { SERVICES } from '@weir/service';
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
    whenLost: 'begin anew',
  });
  const followed = upstreams.map((upstream) => {
    const { name, topic, group } = upstream;
    logger.info({ upstream: name, topic, group }, 'an upstream topic is followed');
    return followForeignTopic(upstream, {
      topics,
      logger,
      service: SERVICES.ingest,
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
  let here: Position | null = null;
  const moveTo = (next: number): void => {
    here = { next, incarnation: here?.incarnation ?? null };
  };
  return {
    position: async (topic) => {
      if (here !== null) return here;
      const told = (await ports.topics.lag(GROUP)).find((one) => one.topic === topic && one.partition === partition);
      return told ? { next: told.position, incarnation: null } : null;
    },
    bind: async (_, position) => {
      here = position;
    },
    handle: async ({ messages }) => {
      await takeMessages(ports, messages);
      moveTo((messages.at(-1)?.offset ?? -1) + 1);
    },
    passOver: async ({ offset }) => moveTo(offset + 1),
    close: async () => undefined,
  };
};
