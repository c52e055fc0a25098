import { MAX_MESSAGE_BYTES } from '@weir/contracts';
import { z } from 'zod';
import { messageBytes } from '../message-too-large.js';
import type { OutgoingMessage, TopicMessage } from '../topics.js';

/** Text where the bytes are UTF-8, else base64: no byte is lost on the way through headers that are text. */
const bytesSchema = z.union([z.string(), z.object({ base64: z.string() })]);

const originSchema = z.object({
  /** The upstream, by its name in the configuration. */
  name: z.string(),
  topic: z.string(),
  partition: z.int(),
  offset: z.int(),
  key: bytesSchema.nullable(),
  headers: z.record(z.string(), bytesSchema),
  /** A record without a value: in a compacted topic the mark that its key is gone. */
  isTombstone: z.boolean(),
  /** Bytes of the value when it was too large to be kept. */
  leftOut: z.int().nullable(),
});

/** Where a message of an upstream topic comes from and what it had beside its value. */
export type ForeignOrigin = z.infer<typeof originSchema>;

/** A record of a topic that is not ours. */
export interface ForeignRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, Uint8Array>>;
  readonly offset: number;
  readonly publishedAt: string;
}

/** Carries the origin, as JSON. */
export const UPSTREAM_HEADER = 'weir-upstream';

/**
 * A foreign record as a message of ours: its value byte for byte, all else in one header. So it is handled, becomes a
 * dead letter and is sent again like any other message.
 */
export const carryForeign = (
  place: { readonly name: string; readonly topic: string; readonly partition: number },
  record: ForeignRecord,
): TopicMessage => {
  const headers = Object.fromEntries(
    Object.entries(record.headers).map(([name, bytes]) => [name, textOrBase64(bytes)]),
  );
  const origin: ForeignOrigin = {
    ...place,
    offset: record.offset,
    key: record.key && textOrBase64(record.key),
    headers,
    isTombstone: record.value === null,
    leftOut: null,
  };
  return {
    topic: place.topic,
    partition: place.partition,
    offset: record.offset,
    publishedAt: record.publishedAt,
    key: `${place.name}/${place.topic}/${place.partition}`,
    headers: { [UPSTREAM_HEADER]: JSON.stringify(origin), ...traceparentIn(headers) },
    value: record.value ?? new Uint8Array(),
  };
};

/** @throws when the message was not made by `carryForeign`. */
export const foreignOriginOf = (message: Pick<TopicMessage, 'headers'>): ForeignOrigin =>
  originSchema.parse(JSON.parse(message.headers[UPSTREAM_HEADER] ?? 'null'));

/** `message` small enough to be kept and sent again: a value that is too large is left out and said to be, then its headers. */
export const keptForeign = <Message extends Pick<OutgoingMessage, 'key' | 'headers' | 'value'>>(
  message: Message,
): Message => {
  if (messageBytes(message) <= MAX_MESSAGE_BYTES) return message;
  const origin = foreignOriginOf(message);
  const without = (more: Partial<ForeignOrigin>): Message => ({
    ...message,
    value: new Uint8Array(),
    headers: {
      ...message.headers,
      [UPSTREAM_HEADER]: JSON.stringify({ ...origin, leftOut: message.value.byteLength, ...more }),
    },
  });
  const shorter = without({});
  return messageBytes(shorter) <= MAX_MESSAGE_BYTES ? shorter : without({ key: null, headers: {} });
};

const textOrBase64 = (bytes: Uint8Array): z.infer<typeof bytesSchema> => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
};

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace goes on when the sender tells of one, as a header of its own or as an attribute of its CloudEvent. */
const traceparentIn = (headers: ForeignOrigin['headers']): { readonly traceparent?: string } => {
  const found = ['traceparent', 'ce_traceparent']
    .map((name) => (Object.hasOwn(headers, name) ? headers[name] : undefined))
    .find((value) => typeof value === 'string' && TRACEPARENT.test(value));
  return typeof found === 'string' ? { traceparent: found } : {};
};
