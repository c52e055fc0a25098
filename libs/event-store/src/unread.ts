import type { AppendBatch, ShardWriter } from './event-store.js';

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

/** How far a source was read, and what it is; null before its first message. */
export const sourcePosition = (
  writer: Pick<ShardWriter, 'head'>,
  source: string,
): { readonly next: number; readonly incarnation: string | null } | null => {
  const { sources, incarnations } = writer.head();
  const next = sources[source];
  return next === undefined ? null : { next, incarnation: incarnations[source] ?? null };
};

/** What to append so that a source is bound to what it is, at a position in it. */
export const bindSource = (
  source: string,
  { next, incarnation }: { readonly next: number; readonly incarnation: string },
): Pick<AppendBatch, 'events' | 'sources' | 'incarnations'> => ({
  events: [],
  sources: { [source]: next },
  incarnations: { [source]: incarnation },
});

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
