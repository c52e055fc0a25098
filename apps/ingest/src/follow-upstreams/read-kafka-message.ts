import type { ForeignOrigin } from '@weir/messaging';
import { unstorableIn } from '@weir/postgres';
import { parseJson, ProblemError } from '@weir/service';
import type { FieldError } from '../accept-events/refusal.js';

/** A message of an upstream topic, read as far as it can be without knowing what it means. */
export type KafkaDocument =
  /** A CloudEvent, in structured form whatever mode it came in. */
  | { readonly kind: 'cloud event'; readonly event: Readonly<Record<string, unknown>> }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'tombstone' };

export type Unreadable = { readonly errors: readonly FieldError[] };

const STRUCTURED = 'application/cloudevents';
const PREFIX = 'ce_';

/**
 * Reads both modes of the CloudEvents binding for Kafka, and plain JSON.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export const readKafkaMessage = (origin: ForeignOrigin, value: Uint8Array): KafkaDocument | Unreadable => {
  if (origin.leftOut !== null)
    return unreadable(
      'the value',
      `of ${origin.leftOut} bytes was too large to be kept: it is at offset ${origin.offset} of partition ${origin.partition} of ${origin.topic}, as long as that topic keeps it`,
    );
  const contentType = textHeader(origin, 'content-type')?.trim().toLowerCase() ?? '';
  const isBinary = !contentType.startsWith(STRUCTURED) && Object.hasOwn(origin.headers, `${PREFIX}specversion`);
  if (origin.isTombstone && !isBinary) return { kind: 'tombstone' };
  if (contentType.startsWith(STRUCTURED) && !/^application\/cloudevents(?:\+json)?\s*(?:;|$)/.test(contentType))
    return unreadable(
      'the header content-type',
      `is ${JSON.stringify(contentType)}: CloudEvents are read in JSON, as application/cloudevents+json`,
    );
  return isBinary ? binary(origin, contentType, value) : structuredOrPlain(value, contentType.startsWith(STRUCTURED));
};

const structuredOrPlain = (value: Uint8Array, isCloudEvent: boolean): KafkaDocument | Unreadable => {
  const document = parse(value);
  if ('errors' in document) return document;
  const { json } = document;
  if (isObject(json) && (isCloudEvent || Object.hasOwn(json, 'specversion')))
    return { kind: 'cloud event', event: json };
  return isCloudEvent ? unreadable('the value', 'is no CloudEvent: send a JSON object') : { kind: 'json', value: json };
};

const binary = (origin: ForeignOrigin, contentType: string, value: Uint8Array): KafkaDocument | Unreadable => {
  const names = Object.keys(origin.headers).filter((name) => name.startsWith(PREFIX));
  const unfit = names.find((name) => !isStorable(origin.headers[name]));
  if (unfit !== undefined)
    return unreadable(`the header ${unfit}`, 'is no text that can be stored: send UTF-8 without U+0000');
  const attributes = Object.fromEntries(names.map((name) => [name.slice(PREFIX.length), origin.headers[name]]));
  const named = contentType === '' ? {} : { datacontenttype: contentType };
  if (value.byteLength === 0) return { kind: 'cloud event', event: { ...attributes, ...named } };
  if (!/^(?:$|application\/(?:json|[\w.-]+\+json)\s*(?:;|$))/.test(contentType))
    return { kind: 'cloud event', event: { ...attributes, ...named, data: null } };
  const data = parse(value);
  return 'errors' in data ? data : { kind: 'cloud event', event: { ...attributes, ...named, data: data.json } };
};

const parse = (value: Uint8Array): { readonly json: unknown } | Unreadable => {
  try {
    return { json: parseJson(value) };
  } catch (fault) {
    if (!(fault instanceof ProblemError)) throw fault;
    const [first] = fault.problem.errors ?? [];
    return first
      ? unreadable(`the value, ${first.pointer},`, first.detail)
      : unreadable('the value', fault.problem.detail.replace(/^The body /, ''));
  }
};

const unreadable = (pointer: string, detail: string): Unreadable => ({ errors: [{ pointer, detail }] });

/** A header's text; undefined when it is missing or no text. */
const textHeader = ({ headers }: ForeignOrigin, wanted: string): string | undefined => {
  const name = Object.keys(headers).find((one) => one.toLowerCase() === wanted);
  const value = name === undefined ? undefined : headers[name];
  return typeof value === 'string' ? value : undefined;
};

const isStorable = (value: unknown): boolean => typeof value === 'string' && unstorableIn(value) === null;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
