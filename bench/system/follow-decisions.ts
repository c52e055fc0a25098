import pg from 'pg';

/** Follows the log by itself: a connection that is told of commits and reads what they brought. */
export interface DecisionFollower {
  stop(): Promise<void>;
}

/**
 * Calls `seen` for each decision about an observation with the time (performance.now()) at which it could be read. That is after its
 * commit, so latencies are told too long by the time it takes to be told and to read, never too short.
 */
export const followDecisions = async (
  databaseUrl: string,
  seen: (observationId: string, at: number) => void,
): Promise<DecisionFollower> => {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'bench' });
  await client.connect();
  const { rows } = await client.query<{ shard: string; size: number }>(
    `SELECT shard, size::float8 AS size FROM log.shard_head WHERE shard LIKE 'evaluation/%'`,
  );
  const next = new Map(rows.map(({ shard, size }) => [shard, size]));
  let reading = Promise.resolve();
  const waiting = new Set<string>();
  const read = async (shard: string): Promise<void> => {
    waiting.delete(shard);
    const found = await client.query<{ position: number; id: string | null }>({
      name: 'follow',
      text: READ,
      values: [shard, next.get(shard) ?? 0],
    });
    const now = performance.now();
    for (const { position, id } of found.rows) {
      next.set(shard, position + 1);
      if (id !== null) seen(id, now);
    }
  };
  client.on('notification', ({ payload = '' }) => {
    if (!payload.startsWith('evaluation/') || waiting.has(payload)) return;
    waiting.add(payload);
    reading = reading.then(() => read(payload));
    // What fails is told by stop().
    reading.catch(() => undefined);
  });
  await client.query('LISTEN log_appended');
  return {
    stop: async () => {
      await client.query('UNLISTEN *');
      await reading;
      await client.end();
    },
  };
};

/** A decision about an observation names it as its cause in the metadata, which is short: reading it disturbs little. */
const READ = `SELECT position::float8 AS position, CASE WHEN type = 'DecisionRecorded' THEN metadata::jsonb ->> 'causationId' END AS id
                FROM log.event WHERE shard = $1 AND position >= $2 ORDER BY position`;
