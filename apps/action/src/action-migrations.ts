import { CreateAction1795327200000 } from './migrations/202611220600-create-action.js';

/** Creates schema `action`: the level of each package, its effects and their deliveries. Rebuilt from the log when lost. */
export const actionMigrations = [CreateAction1795327200000];
