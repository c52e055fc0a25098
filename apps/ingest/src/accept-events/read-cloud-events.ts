import { refuse, type Refusal } from './refusal.js';

/** One CloudEvent as it was sent, not checked yet. */
export interface SentEvent {
  readonly event: unknown;
  /** JSON pointer to a place in the body, or to a header, from the path inside the event. */
  readonly pointer: (path: string) => string;
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Most events of one batch. */
export const MAX_BATCH_EVENTS = 1_000;

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const PLAIN = 'application/json';
const CURE = `send a CloudEvent as ${STRUCTURED}, a batch as ${BATCH}, or ${PLAIN} with ce- headers`;

/**
 * The events of a request in any mode of the CloudEvents 1.0 HTTP binding: structured, batch or binary. Plain
 * `application/json` is read as what it holds.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export const readCloudEvents = (headers: Headers, body: unknown): readonly SentEvent[] | Refusal => {
  const type = mediaType(headers);
  if (type === STRUCTURED) return structured(body);
  if (type === BATCH) return batch(body);
  if (type !== PLAIN) return refuse(415, `Content type ${JSON.stringify(type)} is not accepted: ${CURE}.`);
  if (headers['ce-specversion'] !== undefined) return binary(headers, body);
  return Array.isArray(body) ? batch(body) : structured(body);
};

const mediaType = (headers: Headers): string =>
  String(headers['content-type'] ?? '')
    .split(';')[0]
    ?.trim()
    .toLowerCase() ?? '';

const structured = (body: unknown): readonly SentEvent[] | Refusal => {
  if (Array.isArray(body)) return refuse(422, `The body is an array: send it as ${BATCH}.`);
  return [{ event: body, pointer: (path) => path }];
};

const batch = (body: unknown): readonly SentEvent[] | Refusal => {
  if (!Array.isArray(body))
    return refuse(422, `The body is no array: a batch is an array of CloudEvents; send one event as ${STRUCTURED}.`);
  if (body.length > MAX_BATCH_EVENTS)
    return refuse(413, `The batch has ${body.length} events: send at most ${MAX_BATCH_EVENTS} at once.`);
  return body.map((event: unknown, index) => ({ event, pointer: (path) => `/${index}${path}` }));
};

const ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'time', 'subject', 'dataschema'] as const;

const binary = (headers: Headers, body: unknown): readonly SentEvent[] => {
  const attributes = ATTRIBUTES.flatMap((name) => {
    const value = headers[`ce-${name}`];
    return typeof value === 'string' ? [[name, decodeHeader(value)]] : [];
  });
  const event: unknown = { ...Object.fromEntries(attributes), datacontenttype: PLAIN, data: body };
  return [
    {
      event,
      pointer: (path) =>
        path.startsWith('/data/') || path === '/data' ? path.slice('/data'.length) : `/ce-${path.slice(1)}`,
    },
  ];
};

/** Header values are percent-encoded UTF-8 by the binding; what is no such encoding is taken as it stands. */
const decodeHeader = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};
