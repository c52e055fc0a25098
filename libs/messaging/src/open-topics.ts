import type { Logger } from '@weir/postgres';
import { openEmbeddedTopics } from './embedded/open-embedded-topics.js';
import type { KafkaAccess } from './kafka/kafka-access.js';
import { openKafkaTopics } from './kafka/open-kafka-topics.js';
import type { Topics } from './topics.js';

export interface TopicsOptions {
  /** Kafka's addresses as host:port, separated by commas; undefined keeps the topics in PostgreSQL. */
  readonly brokers: string | undefined;
  /** Where embedded topics are kept; connects as weir_service. */
  readonly databaseUrl: string;
  readonly partitions: number;
  /** Names the process to the brokers. */
  readonly clientId: string;
  readonly logger: Logger;
  /** How to connect to Kafka and log in; openly unless told. */
  readonly access?: KafkaAccess;
}

/** The topics of an installation: in Kafka when brokers are named, else in PostgreSQL. Nothing else differs. */
export const openTopics = ({ brokers, databaseUrl, partitions, clientId, logger, access = {} }: TopicsOptions): Promise<Topics> =>
  brokers === undefined
    ? openEmbeddedTopics({ databaseUrl, partitions, logger })
    : openKafkaTopics({ brokers: brokers.split(',').map((address) => address.trim()), clientId, partitions, logger, access });
