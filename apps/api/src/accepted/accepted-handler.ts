import { deadLetterTopic, TOPICS } from '@weir/contracts';
import type { PartitionHandler, Position, TopicBatch, Topics } from '@weir/messaging';
import { inTransaction, reaching, textArray } from '@weir/postgres';
import type pg from 'pg';
import { lastOfEach, type AcceptedMessage } from './accepted-message.js';

/** Who reads for the API what was accepted. */
export const ACCEPTED_GROUP = 'api';

/** What was accepted, and what of it cannot be judged. */
export const ACCEPTED_LANES = [
  TOPICS.observed,
  deadLetterTopic(TOPICS.observed),
  deadLetterTopic(TOPICS.enriched),
] as const;

export interface AcceptedPorts {
  readonly pool: pg.Pool;
  readonly topics: Pick<Topics, 'lag'>;
}

/**
 * Notes what was accepted in one partition and is not decided about. Rows and position are one statement: what lies below
 * the position is a row here, or has its decision.
 */
export const acceptedHandler = ({ pool, topics }: AcceptedPorts, partition: number): PartitionHandler => ({
  position: (topic) =>
    reachingReadModels(async () => (await readPosition(pool, topic, partition)) ?? firstOf(topics, topic, partition)),
  bind: (topic, position) => reachingReadModels(() => begin(pool, { ...position, topic, partition })),
  handle: (batch) => reachingReadModels(() => note(pool, batch)),
  passOver: ({ topic, offset }) =>
    reachingReadModels(async () => {
      await pool.query(`${MOVE} SELECT`, [topic, partition, offset + 1]);
    }),
  close: () => Promise.resolve(),
});

const reachingReadModels = <T>(task: () => Promise<T>): Promise<T> => reaching('The read models', task);

const readPosition = async (pool: pg.Pool, topic: string, partition: number): Promise<Position | null> => {
  const { rows } = await pool.query<Position>(
    'SELECT next_offset::float8 AS next, incarnation FROM api.accepted_position WHERE topic = $1 AND partition = $2',
    [topic, partition],
  );
  return rows[0] ?? null;
};

/** Who never read begins where enrichment is: what that has read has its decision, or will have it in moments. */
const firstOf = async (topics: Pick<Topics, 'lag'>, topic: string, partition: number): Promise<Position | null> => {
  if (topic !== TOPICS.observed) return null;
  const lanes = await topics.lag(ENRICHMENT_GROUP);
  const lane = lanes.find((one) => one.topic === topic && one.partition === partition);
  return lane ? { next: lane.position, incarnation: null } : null;
};

const ENRICHMENT_GROUP = 'enrichment';

interface Beginning extends Position {
  readonly topic: string;
  readonly partition: number;
}

/** Places in another topic of that name are compared with none of this one: what waits is told anew by whatever comes. */
const begin = (pool: pg.Pool, { topic, partition, next, incarnation }: Beginning): Promise<void> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ incarnation: string | null }>(
      'SELECT incarnation FROM api.accepted_position WHERE topic = $1 AND partition = $2 FOR UPDATE',
      [topic, partition],
    );
    const before = rows[0]?.incarnation ?? incarnation;
    if (before !== incarnation && topic === TOPICS.observed)
      await client.query('UPDATE api.accepted SET "offset" = -1');
    await client.query(
      `INSERT INTO api.accepted_position (topic, partition, next_offset, incarnation) VALUES ($1, $2, $3, $4)
       ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset, incarnation = excluded.incarnation`,
      [topic, partition, next, incarnation],
    );
  });

const note = async (pool: pg.Pool, { topic, partition, messages }: TopicBatch): Promise<void> => {
  const news = lastOfEach(messages);
  const column = (of: (message: AcceptedMessage) => string | null) => textArray(news.map(of));
  await pool.query({
    name: topic === TOPICS.observed ? 'note-accepted' : 'note-refused',
    text: topic === TOPICS.observed ? NOTE_ACCEPTED : NOTE_REFUSED,
    values: [
      topic,
      partition,
      (messages.at(-1)?.offset ?? -1) + 1,
      column(({ key }) => key),
      column(({ workspace }) => workspace),
      column(({ repository }) => repository),
      column(({ purl }) => purl),
      column(({ offset }) => String(offset)),
      column(({ at }) => at),
      column(({ because }) => because),
    ],
  });
};

/** A consumer that lost its partition cannot move it back. */
const MOVE = `
  WITH moved AS (
    INSERT INTO api.accepted_position AS p (topic, partition, next_offset) VALUES ($1, $2, $3)
    ON CONFLICT (topic, partition) DO UPDATE SET next_offset = greatest(p.next_offset, excluded.next_offset)
  )`;

const NEWS = `
  INSERT INTO api.accepted AS known (package_key, workspace, repository, purl, "offset", accepted_at, refused_at, refused_because)
  SELECT n.key, n.workspace, n.repository, n.purl, n.place::bigint, n.at::timestamptz,
         CASE WHEN n.because IS NOT NULL THEN n.at::timestamptz END, n.because
    FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
           AS n (key, workspace, repository, purl, place, at, because)
   WHERE NOT EXISTS (SELECT FROM api.package_view v WHERE v.package_key = n.key)`;

const NOTE_ACCEPTED = `${MOVE} ${NEWS}
  ON CONFLICT (package_key) DO UPDATE SET "offset" = excluded."offset", accepted_at = excluded.accepted_at, refused_at = NULL, refused_because = NULL
    WHERE excluded."offset" > known."offset"`;

/**
 * A dead letter of what was observed says nothing of what was accepted after it. One of facts does not tell which event they were
 * of ($1): a later event is seen to be judged when it is.
 */
const NOTE_REFUSED = `${MOVE} ${NEWS}
  ON CONFLICT (package_key) DO UPDATE SET refused_at = excluded.refused_at, refused_because = excluded.refused_because
    WHERE $1 <> '${deadLetterTopic(TOPICS.observed)}' OR excluded."offset" >= known."offset"`;
