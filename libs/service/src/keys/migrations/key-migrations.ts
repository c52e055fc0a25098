import { CreateKeyUse1796076900000 } from './202611302215-create-key-use.js';

/** Creates schema `access`. */
export const keyMigrations = [CreateKeyUse1796076900000];
