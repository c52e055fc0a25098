/** Every topic of the flow. Keys are package keys, so that one package's messages stay in order. */
export const TOPICS = {
  /** What registries reported, one message per accepted event. */
  observed: 'packages.observed.v1',
  /** Facts about a package that was just observed: the live lane. */
  enriched: 'packages.enriched.v1',
  /** Facts that changed because a feed changed: drained after the live lane, so that a feed never delays an upload. */
  enrichedByFeed: 'packages.enriched.feed.v1',
  /** Every decision, as a CloudEvent, relayed from the log. */
  decisions: 'decisions.recorded.v1',
  /** Messages of upstream topics that ingest could not read, sent again to be read anew. */
  upstream: 'upstream.received.v1',
} as const;

/** Which group reads which topics. */
export const READERS = {
  enrichment: [TOPICS.observed],
  evaluation: [TOPICS.enriched, TOPICS.enrichedByFeed],
  action: [TOPICS.decisions],
} as const;

export type Topic = (typeof TOPICS)[keyof typeof TOPICS];

/** Where a message goes that cannot be handled, with its cause in the headers. */
export const deadLetterTopic = (topic: string): string => `${topic}.dead`;

/** Where a message waits that faulted alone for the `tier`th time in a row, counted from 1, while its consumer group goes on without it. */
export const retryTopic = (group: string, tier: number): string => `${group}.retry-${tier}`;

/** Messages stay below this many bytes; larger documents travel by digest. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
