import { emptyPolicyBook, evolvePolicyBook, POLICY_SHARD, type PolicyBook, type PolicyEvent } from '@weir/domain';
import { ShardFenced, type EventStore, type NewEvent, type NewEvidence } from '@weir/event-store';
import { answerable } from '../refusals/answerable.js';

/** An event with the trace of the request that asked for it. */
export interface AskedEvent {
  readonly event: PolicyEvent;
  readonly traceparent: string | null;
}

/** What decisions about the policies add to the log. */
export interface PolicyChange {
  readonly events: readonly AskedEvent[];
  readonly evidence: readonly NewEvidence[];
}

/** The policies as they are stored at one moment, open for what is decided on them. */
export interface OpenBook {
  readonly book: PolicyBook;
  /** How many events the book is made of. */
  readonly size: number;
  /** Appends at once; null when another writer came first, so that the book is old. */
  append(change: PolicyChange): Promise<{ readonly size: number } | null>;
}

/** The policies as their shard of the log tells them. Several processes may change it at once. */
export interface PolicyLog {
  /** Everything stored so far. */
  book(): Promise<PolicyBook>;
  open(): Promise<OpenBook>;
}

const READ_AT_ONCE = 500;

export const openPolicyLog = (store: EventStore): PolicyLog => {
  let known: { readonly book: PolicyBook; readonly position: number } = { book: emptyPolicyBook, position: 0 };

  /** Reads on until `size` events are folded, or to the end; what is folded is kept, as events never change. */
  const readTo = async (size: number): Promise<PolicyBook> => {
    let { book, position } = known;
    while (position < size) {
      const events = await store.read(POLICY_SHARD, { position, limit: Math.min(READ_AT_ONCE, size - position) });
      if (events.length === 0) break;
      book = events.reduce((folded, event) => evolvePolicyBook(folded, event as unknown as PolicyEvent), book);
      position += events.length;
    }
    if (position > known.position) known = { book, position };
    return book;
  };

  const open = async (): Promise<OpenBook> => {
    const writer = await store.openShard(POLICY_SHARD);
    const { size } = writer.head();
    return {
      book: await readTo(size),
      size,
      append: async ({ events, evidence }) => {
        const appended = await writer.append({ events: events.map(toNewEvent), evidence }).catch(fencedOrThrow);
        return appended && { size: size + events.length };
      },
    };
  };

  return { book: () => answerable(readTo(Infinity)), open: () => answerable(open()) };
};

const fencedOrThrow = (fault: unknown): null => {
  if (fault instanceof ShardFenced) return null;
  throw fault;
};

const toNewEvent = ({ event, traceparent }: AskedEvent): NewEvent => ({
  type: event.type,
  version: event.version,
  subject: event.data.policyId,
  data: event.data,
  occurredAt: occurredAt(event),
  ...metadataOf(event.data.actor, traceparent),
});

const metadataOf = (actor: string | null, traceparent: string | null): Pick<NewEvent, 'metadata'> =>
  actor === null && traceparent === null
    ? {}
    : { metadata: { ...(actor === null ? {} : { actor }), ...(traceparent === null ? {} : { traceparent }) } };

const occurredAt = (event: PolicyEvent): string => {
  switch (event.type) {
    case 'PolicyRevised':
      return event.data.revisedAt;
    case 'PolicyActivated':
      return event.data.activatedAt;
    case 'PolicyDeactivated':
      return event.data.deactivatedAt;
    case 'PolicyRetired':
      return event.data.retiredAt;
    default: {
      const unknown: never = event;
      throw new Error(`Unknown policy event ${JSON.stringify(unknown)}`);
    }
  }
};
