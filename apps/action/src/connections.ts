import { DEFAULT_CONNECTIONS } from '@weir/postgres';
import { LIST_CONNECTIONS } from '@weir/service';

/** Connections to PostgreSQL that are open at once at most, by the name that pg_stat_activity has for them. */
export const actionConnections = { 'weir action': DEFAULT_CONNECTIONS, 'weir action lists': LIST_CONNECTIONS };
