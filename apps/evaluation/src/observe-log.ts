import type { EventStore } from '@weir/event-store';
import { atMostEvery, observe, SERVICES } from '@weir/service';

const EVERY_MS = 2_000;

/** The shards that evaluation reads or writes. */
export const READ_SHARDS = /^(?:policy|feeds|evaluation)\//;

/** Tells scrapes how long every shard of the log is. The returned function ends that. */
export const observeLog = (store: Pick<EventStore, 'shards'>): (() => void) => {
  const shards = atMostEvery(EVERY_MS, () => store.shards());
  return observe('logSize', async () =>
    (await shards()).map(({ shard, size }) => ({ value: size, labels: { shard } })),
  );
};

/** Tells scrapes in how many shards evaluation stands still. The returned function ends that. */
export const observeUnknownEvents = (store: Pick<EventStore, 'unknownEvents'>): (() => void) =>
  observe('unknownEvents', () => [
    { value: store.unknownEvents(READ_SHARDS).length, labels: { service: SERVICES.evaluation } },
  ]);
