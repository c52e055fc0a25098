export type { Consumption, Lag, OutgoingMessage, PartitionHandler, Subscription, TopicBatch, TopicMessage, Topics } from './topics.js';
export { partitionOf } from './partition-of.js';
export { MessageTooLarge, messageBytes } from './message-too-large.js';
export { DEAD_LETTER_HEADERS, replayDeadLetter } from './delivery/dead-letter.js';
export { openEmbeddedTopics, type EmbeddedTopics, type EmbeddedTopicsOptions } from './embedded/open-embedded-topics.js';
export { TopicsUnavailable } from './topics-unavailable.js';
export { openKafkaTopics, type KafkaTopics, type KafkaTopicsOptions } from './kafka/open-kafka-topics.js';
export { messagingMigrations } from './migrations/messaging-migrations.js';
