import type { Observation } from '@weir/service/observe';
import type { Topics } from '../topics.js';

/** How far this process's partitions are behind their lanes' ends. */
export interface LaneLag {
  /** The next offset that the handler of a partition will be given. */
  passed(topic: string, partition: number, position: number): void;
  /** The partition is another process's to tell. */
  left(partition: number): void;
  readonly observations: () => Promise<readonly Observation<'lag'>[]>;
}

export const laneLag = (topics: Pick<Topics, 'ends'>, group: string): LaneLag => {
  const positions = new Map<string, Map<number, number>>();
  return {
    passed: (topic, partition, position) => {
      const lane = positions.get(topic) ?? new Map<number, number>();
      positions.set(topic, lane.set(partition, position));
    },
    left: (partition) => {
      for (const lane of positions.values()) lane.delete(partition);
    },
    observations: async () => {
      const lanes = await Promise.all(
        [...positions].map(async ([topic, lane]) => {
          const ends = await topics.ends(topic);
          return [...lane].map(([partition, position]) => ({
            value: Math.max(0, (ends[partition] ?? 0) - position),
            labels: { group, topic, partition: String(partition) },
          }));
        }),
      );
      return lanes.flat();
    },
  };
};
