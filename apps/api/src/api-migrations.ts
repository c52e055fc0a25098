import { CreateReadModels1795326600000 } from './migrations/202611220550-create-read-models.js';

/** Creates schema `api`: the read models of packages, decisions and effects, and how far they follow the log. */
export const apiMigrations = [CreateReadModels1795326600000];
