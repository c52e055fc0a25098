// First: kafkajs keeps what it finds when it is loaded.
import './mend-before-loading.js';
import kafkajs from 'kafkajs';
import { mendRequestQueue } from './mend-request-queue.js';
import { mendTopicIds } from './mend-topic-ids.js';

mendRequestQueue();
mendTopicIds();

// Node does not find all of these names in a CommonJS module.
export const {
  AssignerProtocol,
  CompressionCodecs,
  CompressionTypes,
  ConfigResourceTypes,
  ConfigSource,
  Kafka,
  logLevel,
} = kafkajs;
