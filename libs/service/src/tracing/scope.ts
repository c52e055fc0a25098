import { createContextKey, type Context, type Span, type Tracer } from '@opentelemetry/api';

/** What the code that runs in a context adds its spans to. */
export interface Scope {
  readonly service: string;
  readonly tracer: Tracer;
  /** Spans of the messages of the batch at hand; empty outside batches. */
  readonly spans: readonly Span[];
  /** Whether the steps of the batch are told in its messages' own traces too. */
  readonly copies: boolean;
}

const SCOPE = createContextKey('weir.scope');

export const withScope = (context: Context, scope: Scope): Context => context.setValue(SCOPE, scope);

/** Undefined outside every span of ours, and always while tracing is off. */
export const scopeOf = (context: Context): Scope | undefined => context.getValue(SCOPE) as Scope | undefined;
