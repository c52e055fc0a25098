import { DEAD_LETTER_HEADERS, type TopicMessage } from '@weir/messaging';
import { unstorableIn } from '@weir/postgres';

/** A package that was accepted, and where its event stands in the topic. */
export interface AcceptedMessage {
  readonly key: string;
  readonly workspace: string;
  readonly repository: string;
  readonly purl: string;
  readonly offset: number;
  readonly at: string;
  /** Why it became a dead letter; null while it did not. */
  readonly because: string | null;
}

/**
 * What the key of a message says, `workspace/repository/purl`: no repository is named like a purl, so it can be taken apart. The
 * value is not read. null for a key that no service of ours wrote.
 */
export const acceptedMessage = (message: TopicMessage): AcceptedMessage | null => {
  const { key, headers, offset, publishedAt } = message;
  const [, workspace, repository, purl] = /^([^/]+)\/(.+?)\/(pkg:.+)$/s.exec(key) ?? [];
  if (workspace === undefined || repository === undefined || purl === undefined || unstorableIn(key)) return null;
  const because = headers[DEAD_LETTER_HEADERS.cause] ?? null;
  const origin = Number(headers[DEAD_LETTER_HEADERS.offset]);
  const place = because === null ? offset : Number.isSafeInteger(origin) ? origin : 0;
  return { key, workspace, repository, purl, offset: place, at: publishedAt, because };
};

/** The last one of each package, in order of their keys, so that two writers never wait for each other in a circle. */
export const lastOfEach = (messages: readonly TopicMessage[]): readonly AcceptedMessage[] => {
  const last = new Map<string, AcceptedMessage>();
  for (const message of messages) {
    const accepted = acceptedMessage(message);
    if (accepted) last.set(accepted.key, accepted);
  }
  return [...last.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
};
