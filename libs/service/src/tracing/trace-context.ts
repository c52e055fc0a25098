import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';

/** `headers` with the `traceparent` (W3C Trace Context) of the current span, unless they name one already. */
export const withTraceContext = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return { ...carrier, ...headers };
};

/** The `traceparent` of the current span; null without one. */
export const currentTraceparent = (): string | null => {
  const span = trace.getActiveSpan();
  return span ? traceparentOf(span.spanContext()) : null;
};

/** A span's context as W3C Trace Context writes it, version 00: https://www.w3.org/TR/trace-context/#traceparent-header */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & 1).toString(16).padStart(2, '0')}`;

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** What a `traceparent` names; null when it is missing or not of version 00. */
export const spanContextOf = (traceparent: string | null | undefined): SpanContext | null => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || !flags) return null;
  const found = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(found) ? found : null;
};

/** A context whose current span is what `traceparent` names, from outside any other; the root when it names nothing. */
export const contextOf = (traceparent: string | null | undefined): Context => {
  const parent = spanContextOf(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
};
