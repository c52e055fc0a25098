import { LOADS_AT_A_TIME } from './start-enrichment.js';

/** Connections to PostgreSQL that are open at once at most, by the name that pg_stat_activity has for them. */
export const enrichmentConnections = (partitions: number) => ({
  /** A partition may hold two, and reassessment, schedules and questions come on top. */
  'weir enrichment': 2 * partitions + 4,
  /** Each load holds one, and one asks what was loaded last. */
  'weir enrichment loads': LOADS_AT_A_TIME + 1,
});
