import { openEmbeddedTopics, openKafkaTopics, readKafkaAccess, type Topics } from '@weir/messaging';
import { createLogger } from '@weir/service';
import { reachDatabase } from './reach-database.js';

export interface ReachTopicsOptions {
  /** Brokers, when the topics are on Kafka. */
  readonly kafka: readonly string[] | undefined;
  readonly data: string;
  readonly database: string | undefined;
  readonly partitions: number;
  /** Beginning of every topic on Kafka. */
  readonly prefix: string;
}

/** Topics for as long as a command needs them. */
export interface ReachedTopics {
  readonly topics: Topics;
  release(): Promise<void>;
}

/** The topics on Kafka when brokers are named, else those in the database or the data folder. */
export const reachTopics = async ({
  kafka,
  data,
  database,
  partitions,
  prefix,
}: ReachTopicsOptions): Promise<ReachedTopics> => {
  const logger = createLogger('weir');
  if (kafka !== undefined) {
    const topics = await openKafkaTopics({
      brokers: kafka,
      clientId: 'weir dead-letters',
      partitions,
      prefix,
      logger,
      access: readKafkaAccess(process.env),
    });
    return { topics, release: () => topics.close() };
  }
  const reached = await reachDatabase(data, database);
  try {
    const topics = await openEmbeddedTopics({ databaseUrl: reached.url, partitions, logger });
    return { topics, release: () => topics.close().finally(() => reached.release()) };
  } catch (fault) {
    await reached.release();
    throw fault;
  }
};
