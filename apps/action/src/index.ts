export { actionConnections } from './connections.js';
export { composeAction, type ActionProcess } from './compose-action.js';
export { actionConfigurationSchema, type ActionConfiguration } from './config.js';
export { actionMigrations } from './action-migrations.js';
export { openPartition, observedTopics, type ActionPorts } from './open-partition.js';
export { readActedUpTo } from './request-effects/acted-positions.js';
export { actionRetention } from './retention/effect-retention.js';
export { effectView } from './effect-view.js';
