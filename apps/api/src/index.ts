export { composeApi, type ApiProcess } from './compose-api.js';
export type { ApiPorts } from './api-ports.js';
export { apiConfigurationSchema, type ApiConfiguration } from './config.js';
export { apiMigrations } from './api-migrations.js';
export { rebuildReadModels } from './follow-log/rebuild-read-models.js';
export type { LibrarySlot, PolicyLibrary, PolicyTemplate } from './policy-library/policy-library.js';
export { readPolicyLibrary } from './policy-library/read-policy-library.js';
