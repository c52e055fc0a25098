import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type HrTime,
  type Span,
} from '@opentelemetry/api';
import { ATTRIBUTES, type SpanName } from '../names.js';
import { rememberTrace } from './fault-trace.js';
import { scopeOf, withScope } from './scope.js';
import { contextOf, spanContextOf } from './trace-context.js';
import { tracerOf } from './tracers.js';

/** What a span is to the others of its trace, as OpenTelemetry means it. */
export type Kind = 'internal' | 'client' | 'producer' | 'consumer';

const KINDS: Readonly<Record<Kind, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

export interface SpanOptions {
  readonly service: string;
  readonly name: SpanName;
  readonly kind?: Kind;
  readonly attributes?: Attributes;
  /** `traceparent` of the parent; null begins a trace of its own; the current span unless told. */
  readonly parent?: string | null;
  /** `traceparent`s of what caused it. */
  readonly causes?: readonly (string | null | undefined)[];
}

const MOST_LINKS = 128;

/** Runs `work` in a span of its own, or just runs it while tracing is off. A fault is noted on the span and thrown on. */
export const inSpan = async <T>(options: SpanOptions, work: (span: Span | null) => Promise<T>): Promise<T> => {
  const tracer = tracerOf(options.service);
  if (!tracer) return work(null);
  const { service, name, kind = 'internal', parent, attributes = {} } = options;
  const causes = distinctCauses(options.causes ?? []);
  const outer = parent === undefined ? context.active() : contextOf(parent);
  const [first] = causes;
  const span = tracer.startSpan(
    name,
    {
      kind: KINDS[kind],
      links: causes.map((cause) => ({ context: cause })),
      attributes: { ...attributes, ...(first ? { [ATTRIBUTES.causeTrace]: first.traceId } : {}) },
    },
    outer,
  );
  return finish(span, () =>
    context.with(withScope(trace.setSpan(outer, span), { service, tracer, spans: [], copies: false }), () =>
      work(span),
    ),
  );
};

const distinctCauses = (traceparents: readonly (string | null | undefined)[]) =>
  [...new Set(traceparents)].flatMap((one) => spanContextOf(one) ?? []).slice(0, MOST_LINKS);

/** Runs `work` and ends `span` behind it. */
export const finish = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (fault) {
    noteFault(span, fault);
    throw fault;
  } finally {
    span.end();
  }
};

/** The fault and its type are noted, and the fault knows its trace from then on. */
export const noteFault = (span: Span, fault: unknown): void => {
  rememberTrace(fault, span.spanContext());
  span.setAttribute(ATTRIBUTES.errorType, errorTypeOf(fault));
  span.recordException(fault instanceof Error ? fault : String(fault));
  span.setStatus({ code: SpanStatusCode.ERROR, message: fault instanceof Error ? fault.message : String(fault) });
};

/** Attributes of the span that runs, if there is one. */
export const noteOnSpan = (attributes: Attributes): void => void trace.getActiveSpan()?.setAttributes(attributes);

/** What the span that runs does has failed, though nothing was thrown: `type` as the conventions have it for `error.type`. */
export const failSpan = (type: string): void => {
  trace.getActiveSpan()?.setAttribute(ATTRIBUTES.errorType, type).setStatus({ code: SpanStatusCode.ERROR });
};

/** The type of a fault for `error.type`: the code that a driver gives, else its name. */
export const errorTypeOf = (fault: unknown): string => {
  if (!(fault instanceof Error)) return '_OTHER';
  return 'code' in fault && typeof fault.code === 'string' ? fault.code : fault.name;
};

export interface StepOptions {
  readonly kind?: Kind;
  readonly attributes?: Attributes;
}

/**
 * A step of what the current span does, as a span below it. Of a batch whose messages are of several traces the step
 * appears in each of those as well, unless they are too many.
 */
export const step = async <T>(
  name: SpanName,
  work: () => Promise<T> | T,
  { kind = 'internal', attributes = {} }: StepOptions = {},
): Promise<T> => {
  const scope = scopeOf(context.active());
  if (!scope || !trace.getActiveSpan()) return work();
  const startTime = now();
  const options = { kind: KINDS[kind], attributes };
  const span = scope.tracer.startSpan(name, options);
  try {
    return await finish(span, async () => context.with(trace.setSpan(context.active(), span), work));
  } finally {
    const endTime = now();
    if (scope.copies)
      for (const one of scope.spans) scope.tracer.startSpan(name, { ...options, startTime }, below(one)).end(endTime);
  }
};

/** Whole microseconds: Zipkin refuses fractions of them. */
const now = (): HrTime => {
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
  return [Math.floor(micros / 1e6), (micros % 1e6) * 1000];
};

const below = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);
