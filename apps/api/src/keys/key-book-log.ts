import {
  changeKey,
  emptyKeyBook,
  evolveKeyBook,
  KEY_SHARD,
  type KeyBook,
  type KeyCommand,
  type KeyEvent,
  type KeyRefusal,
} from '@weir/domain';
import { ShardFenced, type EventStore, type NewEvent } from '@weir/event-store';
import { currentTraceparent } from '@weir/service';

/** The keys as their shard of the log tells them. Several processes may change it at once. */
export interface KeyBookLog {
  book(): Promise<KeyBook>;
  /** Decides on the newest book and appends what comes of it; the book after. */
  change(command: KeyCommand): Promise<KeyBook | KeyRefusal>;
}

const READ_AT_ONCE = 500;
const MOST_ATTEMPTS = 20;

export const openKeyBookLog = (store: Pick<EventStore, 'read' | 'openShard'>): KeyBookLog => {
  let known: { readonly book: KeyBook; readonly position: number } = { book: emptyKeyBook, position: 0 };

  /** Reads on to the end; what is folded is kept, as events never change. */
  const readOn = async (): Promise<KeyBook> => {
    let { book, position } = known;
    for (;;) {
      const events = await store.read(KEY_SHARD, { position, limit: READ_AT_ONCE });
      if (events.length === 0) break;
      book = events.reduce((folded, event) => evolveKeyBook(folded, event as unknown as KeyEvent), book);
      position += events.length;
    }
    if (position > known.position) known = { book, position };
    return book;
  };

  const change = async (command: KeyCommand): Promise<KeyBook | KeyRefusal> => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      // Opened before it is read: what another appends after the reading fences this writer.
      const writer = await store.openShard(KEY_SHARD);
      const book = await readOn();
      const events = changeKey(command, book);
      if ('refused' in events) return events;
      if (events.length === 0) return book;
      if (await appended(writer.append({ events: events.map(toNewEvent) }))) return events.reduce(evolveKeyBook, book);
    }
    throw new Error('Others are changing the keys at the same moment. Send the request again.');
  };

  return { book: readOn, change };
};

const appended = async (append: Promise<unknown>): Promise<boolean> => {
  try {
    await append;
    return true;
  } catch (fault) {
    if (fault instanceof ShardFenced) return false;
    throw fault;
  }
};

const toNewEvent = (event: KeyEvent): NewEvent => {
  const { actor } = event.data;
  const traceparent = currentTraceparent();
  return {
    type: event.type,
    version: event.version,
    subject: event.data.keyId,
    data: event.data,
    occurredAt: occurredAt(event),
    metadata: { ...(actor !== null && { actor }), ...(traceparent !== null && { traceparent }) },
  };
};

const occurredAt = (event: KeyEvent): string => {
  switch (event.type) {
    case 'KeyCreated':
      return event.data.createdAt;
    case 'KeyRotated':
      return event.data.rotatedAt;
    case 'KeyRevoked':
      return event.data.revokedAt;
    default: {
      const unknown: never = event;
      throw new Error(`Unknown event of a key ${JSON.stringify(unknown)}`);
    }
  }
};
