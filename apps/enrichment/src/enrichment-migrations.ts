import { CreateIntelligence1795326000000 } from './migrations/202611220540-create-intelligence.js';

/** Creates schema `intelligence`. The owner runs them; role `weir_service` must exist. */
export const enrichmentMigrations = [CreateIntelligence1795326000000];
