import type { Place } from '../positions/position.js';
import type { TopicAdmin, TopicIdentity } from './topic-admin.js';

/** What a consumer asks about its topics. */
export interface Places {
  /** The end of the partition, as of now. */
  readonly end: (topic: string, partition: number) => Promise<number>;
  readonly place: (topic: string, partition: number) => Promise<Place>;
  readonly identity: (topic: string) => Promise<TopicIdentity>;
}

export const placesOf = (admin: Pick<TopicAdmin, 'identity' | 'spans' | 'ends'>): Places => ({
  end: async (topic, partition) => (await admin.ends(topic))[partition] ?? 0,
  // The identity first: bounds of another topic than the one that was named would be taken for those of this one.
  place: async (topic, partition) => {
    const { incarnation } = await admin.identity(topic);
    const { low: first = 0, high: end = 0 } = (await admin.spans(topic))[partition] ?? {};
    return { incarnation, first, end };
  },
  identity: (topic) => admin.identity(topic),
});
