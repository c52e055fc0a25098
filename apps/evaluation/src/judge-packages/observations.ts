import type { Observation } from '@weir/domain';
import type pg from 'pg';
import { retryWhenTaken, textArray } from '@weir/postgres';

const nameOf = (observation: Pick<Observation, 'source' | 'id'>): string => JSON.stringify([observation.source, observation.id]);

/** The observations among `candidates` that have their decision already, by `observationName`. */
export const readJudgedObservations = async (pool: pg.Pool, candidates: readonly Observation[]): Promise<Set<string>> => {
  if (candidates.length === 0) return new Set();
  // A probe of the primary key for each candidate: as a join it read the whole table, which grows with every observation.
  const { rows } = await pool.query<Pick<Observation, 'source' | 'id'>>(
    `SELECT c.source, c.id FROM unnest($1::text[], $2::text[]) AS c(source, id),
       LATERAL (SELECT FROM evaluation.observation o WHERE o.source = c.source AND o.id = c.id LIMIT 1) AS judged`,
    [textArray(candidates.map(({ source }) => source)), textArray(candidates.map(({ id }) => id))],
  );
  return new Set(rows.map(nameOf));
};

export const observationName = nameOf;

const WRITE = 'INSERT INTO evaluation.observation (source, id, shard) SELECT u.source, u.id, $3 FROM unnest($1::text[], $2::text[]) AS u(source, id)';

/**
 * Marks observations as judged, in the transaction of their decisions.
 * @throws Retryable when another shard judged one of them meanwhile: the same event id about two packages.
 */
export const writeObservations = async (client: pg.PoolClient, shard: string, observations: readonly Observation[]): Promise<void> => {
  if (observations.length === 0) return;
  const values = [textArray(observations.map(({ source }) => source)), textArray(observations.map(({ id }) => id)), shard];
  await retryWhenTaken(() => client.query({ name: 'evaluation-write-observations', text: WRITE, values }), 'An observation of this batch was judged by another shard meanwhile');
};
