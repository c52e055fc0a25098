/** Connections to PostgreSQL that are open at once at most, by the name that pg_stat_activity has for them. */
export const ingestConnections = {
  /** For the keys alone: one that listens, one that reads, one that notes their use. */
  'weir ingest': 3,
};
