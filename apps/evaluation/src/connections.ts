import { DEFAULT_CONNECTIONS } from '@weir/postgres';

/** Connections to PostgreSQL that are open at once at most, by the name that pg_stat_activity has for them. */
export const evaluationConnections = { 'weir evaluation': DEFAULT_CONNECTIONS };
