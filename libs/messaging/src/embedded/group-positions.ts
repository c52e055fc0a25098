import type pg from 'pg';
import type { Lag } from '../topics.js';

const FLUSH_MILLISECONDS = 1_000;

/** How far a group is, written about once a second: for lag and trimming only, never to go on from. */
export interface GroupPositions {
  passed(topic: string, partition: number, position: number): void;
  /** Writes what is left and stops. */
  close(): Promise<void>;
}

const WRITE = `
  INSERT INTO topic.group_position ("group", topic, partition, position, incarnation)
  SELECT $1, told.*, 'embedded/' || i.id FROM unnest($2::text[], $3::int[], $4::bigint[]) AS told (topic, partition, position)
    LEFT JOIN topic.identity i ON i.topic = told.topic
  ON CONFLICT ("group", topic, partition) DO UPDATE SET position = EXCLUDED.position, incarnation = EXCLUDED.incarnation`;

export const trackGroupPositions = (pool: pg.Pool, group: string): GroupPositions => {
  const pending = new Map<string, readonly [topic: string, partition: number, position: number]>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  const flush = (): void => {
    timer = null;
    const rows = [...pending.values()].toSorted(([a, m], [b, n]) => (a === b ? m - n : a < b ? -1 : 1));
    pending.clear();
    const values = [
      group,
      rows.map(([topic]) => topic),
      rows.map(([, partition]) => partition),
      rows.map(([, , position]) => position),
    ];
    // A lost report is made up for by the next one; until then a trim keeps more than it must.
    writing = writing
      .then(() => pool.query(WRITE, values))
      .then(
        () => undefined,
        () => undefined,
      );
  };
  return {
    passed: (topic, partition, position) => {
      pending.set(`${topic}/${partition}`, [topic, partition, position]);
      timer ??= setTimeout(flush, FLUSH_MILLISECONDS);
    },
    close: async () => {
      if (timer) clearTimeout(timer);
      if (pending.size > 0) flush();
      await writing;
    },
  };
};

/** How much of each topic that `group` ever read lies ahead of it, by its own reports. */
export const readLag = async (pool: pg.Pool, group: string): Promise<readonly Lag[]> => {
  const { rows } = await pool.query<{ topic: string; partition: number; end: string; position: string }>(
    `SELECT h.topic, h.partition, h.next_offset AS "end", coalesce(g.position, 0) AS position FROM topic.partition_head h
     LEFT JOIN topic.identity i ON i.topic = h.topic
     LEFT JOIN topic.group_position g ON g."group" = $1 AND g.topic = h.topic AND g.partition = h.partition
       AND (g.incarnation IS NULL OR g.incarnation = 'embedded/' || i.id)
     WHERE h.topic IN (SELECT topic FROM topic.group_position WHERE "group" = $1) ORDER BY h.topic, h.partition`,
    [group],
  );
  return rows.map((row) => ({
    topic: row.topic,
    partition: row.partition,
    end: Number(row.end),
    position: Number(row.position),
  }));
};
