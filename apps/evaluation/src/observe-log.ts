import type { EventStore } from '@weir/event-store';
import { atMostEvery, observe } from '@weir/service';

const EVERY_MS = 2_000;

/** Tells scrapes how long every shard of the log is. The returned function ends that. */
export const observeLog = (store: Pick<EventStore, 'shards'>): (() => void) => {
  const shards = atMostEvery(EVERY_MS, () => store.shards());
  return observe('logSize', async () =>
    (await shards()).map(({ shard, size }) => ({ value: size, labels: { shard } })),
  );
};
