import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { ATTRIBUTES, SPANS, type SpanName } from '../names.js';
import { noteFault } from './in-span.js';
import { scopeOf, withScope } from './scope.js';
import { spanContextOf, traceparentOf } from './trace-context.js';
import { tracerOf } from './tracers.js';

export interface BatchOptions {
  readonly service: string;
  /** Name of the span of each message. */
  readonly messageSpan: SpanName;
  /** Name of the span of a batch of more than one. */
  readonly batchSpan?: SpanName;
  readonly attributes?: Attributes;
  /** The attribute that tells how many there are, of more than one; `weir.messages` unless told. */
  readonly countedAs?: string;
}

type Traceparents = readonly (string | null)[];

/** Batches of more sampled messages tell their steps in the batch's trace alone. */
const MOST_COPIES = 16;
const MOST_LINKS = 128;

/**
 * Runs `work` on a batch whose messages carry `traceparents`, and hands it those to send on: for each message of a
 * sampled trace that of a span of its own; all others as they came. Messages of one trace are spans below one span of
 * the batch there. When there are several traces the batch has its own, which links to them and they to it. A batch
 * without any sampled message makes no spans.
 */
export const traceBatch = async <T>(
  options: BatchOptions,
  traceparents: Traceparents,
  work: (traceparents: Traceparents) => Promise<T>,
): Promise<T> => {
  const tracer = tracerOf(options.service);
  if (!tracer) return work(traceparents);
  const parents = traceparents.map(sampledContext);
  const [first, ...rest] = parents.filter((parent) => parent !== null);
  if (!first) return context.with(ROOT_CONTEXT, () => work(traceparents));
  const batch =
    rest.length === 0 ? openOne(options, tracer, parents, first) : openSeveral(options, tracer, parents, first, rest);
  try {
    return await context.with(batch.context, () =>
      work(
        traceparents.map((traceparent, i) =>
          batch.spans[i] ? traceparentOf(batch.spans[i].spanContext()) : traceparent,
        ),
      ),
    );
  } catch (fault) {
    noteFault(batch.span, fault);
    throw fault;
  } finally {
    for (const span of new Set([...batch.spans, batch.span])) span?.end();
  }
};

const sampledContext = (traceparent: string | null): SpanContext | null => {
  const parent = spanContextOf(traceparent);
  return parent && (parent.traceFlags & TraceFlags.SAMPLED) !== 0 ? parent : null;
};

interface OpenBatch {
  /** The span that steps go below. */
  readonly span: Span;
  readonly spans: readonly (Span | null)[];
  readonly context: Context;
}

const below = (parent: SpanContext): Context => trace.setSpanContext(ROOT_CONTEXT, parent);

/** The one sampled message's span is the batch's. */
const openOne = (
  { service, messageSpan, ...options }: BatchOptions,
  tracer: Tracer,
  parents: readonly (SpanContext | null)[],
  first: SpanContext,
): OpenBatch => {
  const attributes = batchAttributes(options, parents.length);
  const span = tracer.startSpan(messageSpan, { kind: SpanKind.CONSUMER, attributes }, below(first));
  const scope = { service, tracer, spans: [span], copies: false };
  return {
    span,
    spans: parents.map((parent) => parent && span),
    context: withScope(trace.setSpan(ROOT_CONTEXT, span), scope),
  };
};

const batchAttributes = (
  { attributes = {}, countedAs = ATTRIBUTES.messages }: Pick<BatchOptions, 'attributes' | 'countedAs'>,
  messages: number,
): Attributes => (messages === 1 ? attributes : { ...attributes, [countedAs]: messages });

const openSeveral = (
  { service, messageSpan, batchSpan = SPANS.handleBatch, attributes = {}, ...counted }: BatchOptions,
  tracer: Tracer,
  parents: readonly (SpanContext | null)[],
  first: SpanContext,
  rest: readonly SpanContext[],
): OpenBatch => {
  const isOneTrace = rest.every(({ spanId }) => spanId === first.spanId);
  const links: Link[] = isOneTrace ? [] : [first, ...rest].slice(0, MOST_LINKS).map((parent) => ({ context: parent }));
  const options = {
    kind: SpanKind.CONSUMER,
    attributes: batchAttributes({ attributes, ...counted }, parents.length),
    links,
  };
  const span = tracer.startSpan(batchSpan, options, isOneTrace ? below(first) : ROOT_CONTEXT);
  const link = { context: span.spanContext() };
  const spans = parents.map(
    (parent) =>
      parent &&
      tracer.startSpan(
        messageSpan,
        { kind: SpanKind.CONSUMER, attributes, links: isOneTrace ? [] : [link] },
        isOneTrace ? below(link.context) : below(parent),
      ),
  );
  const own = spans.filter((one) => one !== null);
  const scope = { service, tracer, spans: own, copies: !isOneTrace && own.length <= MOST_COPIES };
  return { span, spans, context: withScope(trace.setSpan(ROOT_CONTEXT, span), scope) };
};

/** Links the current batch's span that `traceparent` names to the trace of the event that first brought its package. */
export const linkToOrigin = (traceparent: string | null, origin: string | null): void => {
  const scope = scopeOf(context.active());
  const to = spanContextOf(origin);
  if (!scope || !to) return;
  const spanId = spanContextOf(traceparent)?.spanId;
  const span = scope.spans.find((one) => one.spanContext().spanId === spanId);
  span?.addLink({ context: to }).setAttribute(ATTRIBUTES.originTrace, to.traceId);
};
