import { context, propagation, trace, type Context, type Tracer } from '@opentelemetry/api';

/** Makes spans; they go nowhere until an SDK is registered. */
export const tracer: Tracer = trace.getTracer('weir');

/** `headers` with the `traceparent` (W3C Trace Context) of the current span added, when there is one. */
export const withTraceContext = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return { ...headers, ...carrier };
};

/** The context that a message's headers carry, to run its handler in. */
export const traceContextOf = (headers: Readonly<Record<string, string>>): Context => propagation.extract(context.active(), headers);
