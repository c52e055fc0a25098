import type pg from 'pg';

export interface DecisionInLog {
  readonly times: number;
  /** When the first was recorded, in milliseconds since 1970. */
  readonly recordedAt: number;
}

/** Decisions on observations in the log, by the event's id; read by SQL that no service uses. */
export const decisionsInLog = async (database: pg.Client): Promise<ReadonlyMap<string, DecisionInLog>> => {
  const { rows } = await database.query<{ id: string; times: number; at: string }>(
    `SELECT data::jsonb #>> '{cause,observation,id}' AS id, count(*)::float8 AS times, min(recorded_at) AS at
       FROM log.event WHERE type = 'DecisionRecorded' AND data::jsonb #>> '{cause,kind}' = 'observation' GROUP BY 1`,
  );
  return new Map(rows.map(({ id, times, at }) => [id, { times, recordedAt: Date.parse(at) }]));
};
