export type {
  Consumption,
  Fate,
  Lag,
  OutgoingMessage,
  PartitionHandler,
  Subscription,
  TopicBatch,
  TopicMessage,
  Topics,
} from './topics.js';
export { lossOf, type Loss, type Place, type Position } from './positions/position.js';
export { PositionLost, type Lost } from './positions/position-lost.js';
export { createLostPositions, type LostPositions, type Standing } from './positions/lost-positions.js';
export { messagingAttributes, messagingSpan, type MessagingOperationOn } from './observed/messaging-attributes.js';
export { lostPositions, observeTopics, type ObserveOptions } from './observed/observe-topics.js';
export { observeGroups } from './observed/observe-groups.js';
export { partitionOf } from './partition-of.js';
export { MessageTooLarge, messageBytes } from './message-too-large.js';
export { messageText } from './message-text.js';
export { RETRY_HEADERS } from './delivery/retry-message.js';
export { retryPausesOf, retryPausesSchema } from './delivery/retry-pauses.js';
export { DEAD_LETTER_HEADERS, deadLetterOf, replayDeadLetter } from './delivery/dead-letter.js';
export {
  EMBEDDED_TOPICS_CONNECTIONS,
  openEmbeddedTopics,
  type EmbeddedTopics,
  type EmbeddedTopicsOptions,
} from './embedded/open-embedded-topics.js';
export { TopicsUnavailable } from './topics-unavailable.js';
export { openKafkaTopics, type KafkaTopics, type KafkaTopicsOptions } from './kafka/open-kafka-topics.js';
export { followForeignTopic, type FollowOptions, type ForeignTopic } from './kafka/follow-foreign-topic.js';
export { readKafkaAccess, type KafkaAccess } from './kafka/kafka-access.js';
export {
  carryForeign,
  foreignOriginOf,
  keptForeign,
  UPSTREAM_HEADER,
  type ForeignOrigin,
  type ForeignRecord,
} from './foreign/foreign-message.js';
export { applyTopics, type AppliedTopics, type ApplyTopicsOptions, type TopicChange } from './kafka/apply-topics.js';
export { readTopicsDeclaration, type DeclarationOverrides, type DeclaredTopic } from './kafka/topics-declaration.js';
export { messagingMigrations } from './migrations/messaging-migrations.js';
export { topicPrefixSchema } from './kafka/wire-names.js';
export { openTopics, topicsFields, type TopicsOptions } from './open-topics.js';
