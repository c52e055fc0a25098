export type { Consumption, Lag, OutgoingMessage, PartitionHandler, Subscription, TopicBatch, TopicMessage, Topics } from './topics.js';
export { partitionOf } from './partition-of.js';
