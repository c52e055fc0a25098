import { createLogger } from '@weir/telemetry';
import { Kafka, logLevel } from 'kafkajs';
import { inject } from 'vitest';
import { topicsContract } from '../contract/topics-contract.js';
import { openKafkaTopics } from './open-kafka-topics.js';

const PARTITIONS = 4;
const logger = createLogger('test');
logger.level = 'silent';

const prepare = async () => {
  const brokers = inject('kafkaBrokers');
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return {
    open: () => openKafkaTopics({ brokers, clientId: 'contract', partitions: PARTITIONS, logger }),
    create: async (topics: readonly string[]) => {
      await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: 1 })), waitForLeaders: true });
    },
  };
};

topicsContract('in Apache Kafka', prepare);
