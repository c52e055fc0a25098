import { emptyPolicyBook, evolvePolicyBook, POLICY_SHARD, type PolicyBook, type PolicyEvent } from '@weir/domain';
import { ShardFenced, type EventStore, type NewEvent, type NewEvidence } from '@weir/event-store';
import { currentTraceparent } from '@weir/service';
import { answerable } from '../refusals/answerable.js';
import { isRefused, type PolicyRefusal } from '../refusals/policy-refusal.js';

/** What a decision about the policies adds to the log. */
export interface PolicyChange {
  readonly events: readonly PolicyEvent[];
  readonly evidence: readonly NewEvidence[];
}

/** The policies as their shard of the log tells them. Several processes may change it at once. */
export interface PolicyLog {
  /** Everything stored so far. */
  book(): Promise<PolicyBook>;
  /** Decides on the newest book and appends; decides anew when another writer came first. Answers the book after. */
  change(
    decide: (book: PolicyBook) => Promise<PolicyChange | PolicyRefusal>,
  ): Promise<{ readonly book: PolicyBook } | PolicyRefusal>;
}

const READ_AT_ONCE = 500;
const MOST_ATTEMPTS = 20;
const CONTENDED: PolicyRefusal = {
  refused: 'contended',
  message: 'Others are changing the policies at the same moment.',
};

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

  const change: PolicyLog['change'] = async (decide) => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const writer = await store.openShard(POLICY_SHARD);
      const book = await readTo(writer.head().size);
      const decided = await decide(book);
      if (isRefused(decided)) return decided;
      if (decided.events.length === 0) return { book };
      const appended = await writer
        .append({ events: decided.events.map(toNewEvent), evidence: decided.evidence })
        .catch(fencedOrThrow);
      if (appended) return { book: decided.events.reduce(evolvePolicyBook, book) };
    }
    return CONTENDED;
  };

  return { book: () => answerable(readTo(Infinity)), change: (decide) => answerable(change(decide)) };
};

const fencedOrThrow = (fault: unknown): null => {
  if (fault instanceof ShardFenced) return null;
  throw fault;
};

const toNewEvent = (event: PolicyEvent): NewEvent => ({
  type: event.type,
  version: event.version,
  subject: event.data.policyId,
  data: event.data,
  occurredAt: occurredAt(event),
  ...metadataOf(event.data.actor, currentTraceparent()),
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
    default: {
      const unknown: never = event;
      throw new Error(`Unknown policy event ${JSON.stringify(unknown)}`);
    }
  }
};
