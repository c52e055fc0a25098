import { DEFAULT_CONNECTIONS } from '@weir/postgres';
import { LIST_CONNECTIONS } from '@weir/service';

/** Connections to PostgreSQL that are open at once at most, by the name that pg_stat_activity has for them. */
export const apiConnections = {
  'weir api': DEFAULT_CONNECTIONS,
  /** Verdicts share a statement with those that are asked meanwhile: two are under way for each of two routes, and one more asks what was accepted. */
  'weir api verdicts': 6,
  /** History is read for one stream at a time, what is new for another. */
  'weir api streams': 2,
  'weir api lists': LIST_CONNECTIONS,
};
