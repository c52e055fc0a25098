import type { Logger } from '@weir/postgres';
import { retentionDays } from '@weir/service/observe';
import { z } from 'zod';
import { openEmbeddedTopics } from './embedded/open-embedded-topics.js';
import { kafkaAccessFields, kafkaAccessOf } from './kafka/kafka-access.js';
import { openKafkaTopics } from './kafka/open-kafka-topics.js';
import { topicPrefixSchema } from './kafka/wire-names.js';
import type { Topics } from './topics.js';

/** Settings of every service that reads or writes topics, besides DATABASE_URL. */
export const topicsFields = {
  PARTITIONS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(4)
    .describe('Partitions of every topic; must be the same for all services and never change'),
  KAFKA_BROKERS: z
    .string()
    .optional()
    .describe('Kafka brokers as host:port, separated by commas; unset keeps the topics in PostgreSQL'),
  TOPIC_PREFIX: topicPrefixSchema,
  TOPIC_DAYS: retentionDays(1, 7).describe(
    'Days that messages stay in embedded topics at least, and longer while a group has not read them; 0: for good. On Kafka deploy/topics.yaml says so',
  ),
  DEAD_LETTER_DAYS: retentionDays(1, 90).describe(
    'Days that dead letters stay in embedded topics; 0: for good. On Kafka deploy/topics.yaml says so',
  ),
  ...kafkaAccessFields,
};

/** DATABASE_URL is where embedded topics are kept; it connects as weir_service. */
type TopicsSettings = z.output<z.ZodObject<typeof topicsFields>> & { readonly DATABASE_URL: string };

export interface TopicsOptions {
  /** Names the process to the brokers. */
  readonly clientId: string;
  readonly logger: Logger;
}

/**
 * The topics of an installation: in Kafka when brokers are named, else in PostgreSQL. Nothing else differs.
 * @throws ConfigurationFault when what is said of the login to Kafka does not go together.
 */
export const openTopics = async (config: TopicsSettings, { clientId, logger }: TopicsOptions): Promise<Topics> => {
  const { KAFKA_BROKERS: brokers, DATABASE_URL: databaseUrl, PARTITIONS: partitions, TOPIC_PREFIX: prefix } = config;
  const access = kafkaAccessOf(config);
  if (brokers === undefined) {
    const days = { messages: config.TOPIC_DAYS, deadLetters: config.DEAD_LETTER_DAYS };
    return openEmbeddedTopics({ databaseUrl, name: clientId.replace('-', ' '), partitions, logger, days });
  }
  const addresses = brokers.split(',').map((address) => address.trim());
  return openKafkaTopics({ brokers: addresses, clientId, partitions, prefix, logger, access });
};
