import { READERS } from '@weir/contracts';
import { atMostEvery, observe, type Observation } from '@weir/service/observe';
import type { Topics } from '../topics.js';

type Asked = Pick<Topics, 'ends' | 'lag'>;

interface GroupPlace {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  readonly waiting: number;
}

const EVERY_MS = 5_000;

/** One process tells it once, however many services it composes. */
const told = new WeakSet<Asked>();

/**
 * Tells scrapes how far every group is, by what it last reported, and how much waits for it: by who lives, so that it is
 * told also when nobody of a group runs, or none ever did. The returned function ends that.
 */
export const observeGroups = (topics: Asked): (() => void) => {
  if (told.has(topics)) return () => undefined;
  told.add(topics);
  const places = atMostEvery(EVERY_MS, async () =>
    (await Promise.all(Object.entries(READERS).map(([group, lanes]) => placesOf(topics, group, lanes)))).flat(),
  );
  const forget = [
    observe('groupWaiting', async () => (await places()).map((one) => toldOf(one, one.waiting))),
    observe('groupPosition', async () => (await places()).map((one) => toldOf(one, one.position))),
  ];
  return () => {
    told.delete(topics);
    for (const end of forget) end();
  };
};

const toldOf = (
  { group, topic, partition }: GroupPlace,
  value: number,
): Observation<'groupWaiting'> & Observation<'groupPosition'> => ({
  value,
  labels: { group, topic, partition: String(partition) },
});

const placesOf = async (topics: Asked, group: string, lanes: readonly string[]): Promise<readonly GroupPlace[]> => {
  const reported = await topics.lag(group);
  const ends = await Promise.all(lanes.map(async (topic) => [topic, await topics.ends(topic)] as const));
  return ends.flatMap(([topic, each]) =>
    each.map((end, partition) => {
      const position = reported.find((one) => one.topic === topic && one.partition === partition)?.position ?? 0;
      return { group, topic, partition, position, waiting: Math.max(0, end - position) };
    }),
  );
};
