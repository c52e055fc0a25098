import type { ShardWriter } from './event-store.js';

/** What a shard has not read of a source, and how far the source is read once it has. */
export interface Unread<Message> {
  /** At least one, in order. */
  readonly messages: readonly Message[];
  /** To append with what the messages led to. */
  readonly sources: Readonly<Record<string, number>>;
}

/** The first offset of `source` that is not in the shard. */
export const nextOffset = (writer: Pick<ShardWriter, 'head'>, source: string): number =>
  writer.head().sources[source] ?? 0;

/**
 * The messages of a batch that are not in the shard yet; null when all are. A topic hands over again what was read
 * shortly before a crash or a move. Invariant: whoever appends `sources` with what the messages led to, in one commit,
 * counts each message once.
 */
export const unreadOf = <Message extends { readonly offset: number }>(
  writer: Pick<ShardWriter, 'head'>,
  { topic, messages }: { readonly topic: string; readonly messages: readonly Message[] },
): Unread<Message> | null => {
  const from = nextOffset(writer, topic);
  const unread = messages.filter(({ offset }) => offset >= from);
  const last = unread.at(-1);
  return last ? { messages: unread, sources: { [topic]: last.offset + 1 } } : null;
};
