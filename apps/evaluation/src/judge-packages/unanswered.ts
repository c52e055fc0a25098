import type { Observation } from '@weir/domain';
import { textArray } from '@weir/postgres';
import type pg from 'pg';
import { afterAnswer, isAnswered, NONE_ANSWERED, type Answered } from './answered-observations.js';
import type { JudgementRow } from './judgement-rows.js';
import type { Subject } from './subject.js';

/** What is asked of a subject to know whether it has its decision. */
export type AskedObservation = Pick<Subject, 'key' | 'cause' | 'ordinal'>;

/** The subjects without the observations that have their decision, or stand twice among them. */
export const unanswered = async <Asked extends AskedObservation>(
  pool: pg.Pool,
  subjects: readonly Asked[],
  rows: ReadonlyMap<string, JudgementRow>,
): Promise<readonly Asked[]> => {
  const before = await answeredBefore(pool, subjects, rows);
  const answered = new Map<string, Answered>();
  return subjects.filter(({ key, cause, ordinal }) => {
    if (cause.kind !== 'observation') return true;
    if (before.size > 0 && before.has(nameOf(cause.observation))) return false;
    if (ordinal === null) return before.add(nameOf(cause.observation)).size > 0;
    const known = answered.get(key) ?? rows.get(key)?.answered ?? NONE_ANSWERED;
    if (isAnswered(known, ordinal)) return false;
    answered.set(key, afterAnswer(known, ordinal));
    return true;
  });
};

/**
 * Names of the observations that a version before has judged: those of packages that this version did not judge yet, and
 * those that came without their place. All others are known by their package's row.
 */
const answeredBefore = async (
  pool: pg.Pool,
  subjects: readonly AskedObservation[],
  rows: ReadonlyMap<string, JudgementRow>,
): Promise<Set<string>> => {
  const candidates = subjects.flatMap(({ key, cause, ordinal }) => {
    const row = rows.get(key);
    return cause.kind === 'observation' && (ordinal === null || (row !== undefined && row.answered === null))
      ? [cause.observation]
      : [];
  });
  return candidates.length === 0 ? new Set() : readJudged(pool, candidates);
};

const nameOf = ({ source, id }: Observation): string => JSON.stringify([source, id]);

const readJudged = async (pool: pg.Pool, candidates: readonly Observation[]): Promise<Set<string>> => {
  // A probe of the primary key for each candidate: as a join it read the whole table.
  const { rows } = await pool.query<Pick<Observation, 'source' | 'id'>>(
    `SELECT c.source, c.id FROM unnest($1::text[], $2::text[]) AS c(source, id),
       LATERAL (SELECT FROM evaluation.observation o WHERE o.source = c.source AND o.id = c.id LIMIT 1) AS judged`,
    [textArray(candidates.map(({ source }) => source)), textArray(candidates.map(({ id }) => id))],
  );
  return new Set(rows.map(({ source, id }) => JSON.stringify([source, id])));
};

/** Marks observations that came without their place as judged, in the transaction of their decisions. */
export const writeWithoutPlace = async (
  client: pg.PoolClient,
  shard: string,
  subjects: readonly Subject[],
): Promise<void> => {
  const observations = subjects.flatMap(({ cause, ordinal }) =>
    cause.kind === 'observation' && ordinal === null ? [cause.observation] : [],
  );
  if (observations.length === 0) return;
  await client.query(
    'INSERT INTO evaluation.observation (source, id, shard) SELECT u.source, u.id, $3 FROM unnest($1::text[], $2::text[]) AS u(source, id) ON CONFLICT DO NOTHING',
    [textArray(observations.map(({ source }) => source)), textArray(observations.map(({ id }) => id)), shard],
  );
};
