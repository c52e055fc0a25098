import { CreateTopics1795324200000 } from './202611220510-create-topics.js';
import { NotifyAfterPublishing1796075400000 } from './202611302150-notify-after-publishing.js';
import { NameTopics1796077080000 } from './202611302218-name-topics.js';

/** Makes the schema `topic` of the embedded topics; run by the owner role, after the role weir_service exists. */
export const messagingMigrations = [
  CreateTopics1795324200000,
  NotifyAfterPublishing1796075400000,
  NameTopics1796077080000,
];
