export { ActionModule, type ActionOptions } from './action.module.js';
export { actionConfigurationSchema, type ActionConfiguration } from './config.js';
export { actionMigrations } from './action-migrations.js';
export { startAction, type Action, type ActionPorts } from './start-action.js';
