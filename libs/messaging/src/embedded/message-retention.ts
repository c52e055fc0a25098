import { deleteOld, type Kept, type Retained } from '@weir/service/observe';
import type pg from 'pg';

const AT_ONCE = 5_000;

/** 0: for good. */
export interface KeptDays {
  readonly messages: number;
  readonly deadLetters: number;
}

const IS_DEAD = `topic LIKE '%.dead'`;

/**
 * Up to where each partition was read by every group that is known to read its topic. A topic that no group ever read is
 * not among them; a group that is gone for good holds messages back until its rows in topic.group_position are deleted.
 */
const PASSED = `
  SELECT h.topic, h.partition, min(coalesce(g.position, 0)) AS "end" FROM topic.partition_head h
    JOIN (SELECT DISTINCT topic, "group" FROM topic.group_position WHERE NOT ${IS_DEAD}) k ON k.topic = h.topic
    LEFT JOIN topic.group_position g ON g."group" = k."group" AND g.topic = h.topic AND g.partition = h.partition
   GROUP BY h.topic, h.partition`;

const DEAD = `SELECT topic, partition, next_offset AS "end" FROM topic.partition_head WHERE ${IS_DEAD}`;

interface Ended {
  readonly topic: string;
  readonly partition: number;
  readonly end: string;
}

/** From the front of a partition. Messages are published in the order of their offsets: the first young one is the end. */
const DELETE_FRONT = `
  DELETE FROM topic.message WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM (SELECT ctid, published_at FROM topic.message WHERE topic = $1 AND partition = $2 AND "offset" < $3
                       ORDER BY "offset" LIMIT ${AT_ONCE}) front WHERE published_at < $4))`;

/** `ends`: up to where messages of partitions may go. */
const retained = (table: string, ends: string): Retained => ({
  table,
  deleteSome: async (pool, before) => {
    const { rows } = await pool.query<Ended>(ends);
    let deleted = 0;
    for (const { topic, partition, end } of rows) {
      deleted += (await pool.query(DELETE_FRONT, [topic, partition, end, before])).rowCount ?? 0;
      if (deleted >= AT_ONCE) return { deleted, isDone: false };
    }
    return { deleted, isDone: true };
  },
  oldest: async (pool) => {
    const { rows } = await pool.query<{ at: Date | null }>(
      `SELECT min(first.published_at) AS at FROM (${ends}) e, LATERAL (
         SELECT published_at FROM topic.message m WHERE m.topic = e.topic AND m.partition = e.partition ORDER BY "offset" LIMIT 1) first`,
    );
    return rows[0]?.at ?? null;
  },
});

const messages = retained('topic.message', PASSED);

/** Messages that everybody has read, and dead letters, each for its time. Only what was read goes, but for dead letters. */
export const messageRetention = ({ messages: days, deadLetters }: KeptDays): readonly Kept[] => [
  { ...messages, days },
  { ...retained('topic.message (dead letters)', DEAD), days: deadLetters },
];

/** Deletes messages published before `before` that every group known to read their topic has passed; answers how many. */
export const trimMessages = (pool: pg.Pool, before: Date): Promise<number> => deleteOld(pool, messages, before);
