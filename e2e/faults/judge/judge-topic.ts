import { readTopic } from './read-topic.ts';

/** What somebody who follows the decisions saw. */
export interface TopicFinding {
  /** Decisions of the log that were never published. */
  readonly unpublished: number;
  /** Decisions that were first published behind a later one of their shard: who drops repeats by (shard, position) misses them. */
  readonly publishedLate: number;
  /** Messages that repeat one before. */
  readonly publishedAgain: number;
}

/** `shards`: how many decisions the log has of each shard. */
export const judgeTopic = async (
  brokers: readonly string[],
  shards: ReadonlyMap<string, number>,
): Promise<TopicFinding> => {
  const seen = new Map([...shards.keys()].map((shard) => [shard, { positions: new Set<number>(), highest: -1 }]));
  let [publishedLate, publishedAgain] = [0, 0];
  await readTopic(brokers, 'decisions.recorded.v1', ({ headers = {} }) => {
    const shard = seen.get(String(headers['weir-shard']));
    const position = Number(String(headers['weir-position']));
    if (!shard) return;
    if (shard.positions.has(position)) publishedAgain += 1;
    else if (position < shard.highest) publishedLate += 1;
    shard.positions.add(position);
    shard.highest = Math.max(shard.highest, position);
  });
  const unpublished = [...shards].reduce(
    (sum, [shard, size]) => sum + size - (seen.get(shard)?.positions.size ?? 0),
    0,
  );
  return { unpublished, publishedLate, publishedAgain };
};
