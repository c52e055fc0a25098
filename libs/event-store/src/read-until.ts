import type { EventStore } from './event-store.js';
import type { StoredEvent } from './event.js';

const AT_ONCE = 500;

/** The events of a shard from position `from` up to `until`, some hundred at once. @throws when the log lacks one of them. */
export async function* readUntil(
  store: Pick<EventStore, 'read'>,
  shard: string,
  from: number,
  until: number,
): AsyncGenerator<readonly StoredEvent[]> {
  for (let position = from; position < until;) {
    const events = await store.read(shard, { position, limit: Math.min(AT_ONCE, until - position) });
    if (events.length === 0)
      throw new Error(`The log lacks an event: ${shard} at position ${position}. Run weir log verify.`);
    yield events;
    position += events.length;
  }
}
