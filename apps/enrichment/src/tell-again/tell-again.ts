import { TOPICS } from '@weir/contracts';
import type { TopicMessage } from '@weir/messaging';
import { inTransaction, textArray } from '@weir/postgres';
import type pg from 'pg';
import type { EnrichmentWork } from '../enrich-package/enrichment-ports.js';
import { enrichObservations } from '../enrich-package/enrich-observations.js';

/** An observation as it is recorded. */
export interface RecordedObservation {
  readonly key: string;
  /** Its place among those of its package. */
  readonly ordinal: number;
  readonly source: string;
  readonly id: string;
  /** JSON text as it came; null: recorded before there was a ledger, when it had its decision. */
  readonly text: string | null;
}

/** Recorded observations by package and place, behind one of them. */
export const readRecorded = async (
  pool: Pick<pg.Pool, 'query'>,
  after: Pick<RecordedObservation, 'key' | 'ordinal'>,
  limit: number,
): Promise<readonly RecordedObservation[]> => {
  const { rows } = await pool.query<RecordedObservation>(
    `SELECT package_key AS key, ordinal, source, id, observed AS text FROM intelligence.observation
      WHERE (package_key, ordinal) > ($1, $2) ORDER BY package_key, ordinal LIMIT $3`,
    [after.key, after.ordinal, limit],
  );
  return rows;
};

/**
 * Publishes once more what recorded observations led to: the same facts under the same number, as when an event is sent
 * again. Those that have their decision lead to nothing new.
 */
export const tellObservationsAgain = async (
  work: EnrichmentWork,
  observations: readonly RecordedObservation[],
): Promise<void> => {
  const messages = observations.flatMap(({ key, text }) => (text === null ? [] : [messageOf(key, text)]));
  if (messages.length > 0) await enrichObservations(work, messages);
};

/** As ingest published it, without the place it had. */
const messageOf = (key: string, text: string): TopicMessage => ({
  topic: TOPICS.observed,
  key,
  headers: {},
  value: Buffer.from(text, 'utf8'),
  partition: 0,
  offset: 0,
  publishedAt: '',
});

/** Which facts of a package were published last. */
export interface ToldFacts {
  readonly key: string;
  readonly factsDigest: string;
}

/** Packages whose facts were published, in the order of their keys. */
export const readTold = async (
  pool: Pick<pg.Pool, 'query'>,
  after: string,
  limit: number,
): Promise<readonly ToldFacts[]> => {
  const { rows } = await pool.query<ToldFacts>(
    `SELECT package_key AS key, facts_digest AS "factsDigest" FROM intelligence.inventory
      WHERE package_key > $1 AND presence = 'present' AND facts_digest IS NOT NULL ORDER BY package_key LIMIT $2`,
    [after, limit],
  );
  return rows;
};

/** What decisions name as the load that made their facts differ. */
const TOLD_AGAIN = 'topics-adopted';

/** Lets the facts of packages be built and published again by enrichment, whatever was published last. */
export const tellFactsAgain = (pool: pg.Pool, keys: readonly string[], at: string): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query('UPDATE intelligence.inventory SET facts_digest = NULL WHERE package_key = ANY ($1::text[])', [
      textArray(keys),
    ]);
    await client.query(
      `INSERT INTO intelligence.pending_reassessment (package_key, feed, revision, because, queued_at)
       SELECT key, 'osv', $2, '{}', $3::timestamptz FROM unnest($1::text[]) AS asked (key)`,
      [textArray(keys), TOLD_AGAIN, at],
    );
  });
