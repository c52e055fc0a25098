import type pg from 'pg';

/** What PostgreSQL has written so far. */
export interface PostgresWork {
  readonly walBytes: number;
  /** Transactions, those that only read included. */
  readonly commits: number;
  readonly walSyncs: number;
}

export const postgresWork = async (client: pg.Client): Promise<PostgresWork> => {
  const { rows } = await client.query<PostgresWork>(
    `SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS "walBytes",
            (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits,
            (${await walSyncs(client)})::float8 AS "walSyncs"`,
  );
  const [work] = rows;
  if (work === undefined) throw new Error('PostgreSQL did not say what it has written.');
  return work;
};

/** Since version 18 they are counted with all other reading and writing. */
const walSyncs = async (client: pg.Client): Promise<string> => {
  const { rows } = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int AS version`,
  );
  return (rows[0]?.version ?? 0) >= 180_000
    ? `SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io WHERE object = 'wal'`
    : 'SELECT wal_sync FROM pg_stat_wal';
};

/** Services name their connections `weir NAME`. */
const LABELS = `
  SELECT pid, coalesce(nullif(regexp_replace(application_name, '^weir (ingest|enrichment|evaluation|action|api)$', '\\1'), ''), backend_type) AS label
    FROM pg_stat_activity`;

/** Names for the processes of the server: the service that a connection belongs to, or the server's own work. */
export const backendLabels = async (client: pg.Client): Promise<ReadonlyMap<number, string>> => {
  const { rows } = await client.query<{ pid: number; label: string }>(LABELS);
  return new Map(rows.map(({ pid, label }) => [pid, label]));
};
