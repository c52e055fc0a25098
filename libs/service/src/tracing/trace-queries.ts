import { context, SpanKind, trace, type Attributes, type Span } from '@opentelemetry/api';
import pg from 'pg';
import { ATTRIBUTES } from '../names.js';
import { noteFault } from './in-span.js';
import { summaryOf } from './query-summary.js';
import { scopeOf } from './scope.js';

type Query = pg.Client['query'];
type Callback = (fault: Error | null, result: unknown) => void;

/**
 * A client span for each statement that is made within a span of ours, by OpenTelemetry's database conventions; what polls
 * has none. It is put into the driver while traces are sent and taken out again by the function that comes back, so that
 * without traces a statement costs what it did. COPY streams and other statements that the driver only carries stay as
 * they are.
 */
export const traceQueries = (): (() => void) => {
  const { prototype } = pg.Client;
  const query = Reflect.get(prototype, 'query') as (this: pg.Client, ...args: unknown[]) => unknown;
  const connect = Reflect.get(pg.Pool.prototype, 'connect') as (this: pg.Pool, callback?: Callback) => unknown;
  prototype.query = function (this: pg.Client, ...args: unknown[]): unknown {
    const span = spanOf(this, args[0], args[1]);
    return span === null ? query.apply(this, args) : finishing(span, args, (given) => query.apply(this, given));
  } as Query;
  // A connection is handed over by whoever gave it back, and what follows would count as theirs.
  pg.Pool.prototype.connect = function (this: pg.Pool, callback?: Callback): unknown {
    return connect.call(this, callback && context.bind(context.active(), callback));
  } as pg.Pool['connect'];
  return () => {
    prototype.query = query as Query;
    pg.Pool.prototype.connect = connect as pg.Pool['connect'];
  };
};

const spanOf = (client: pg.Client, statement: unknown, values: unknown): Span | null => {
  const scope = scopeOf(context.active());
  const text = textOf(statement);
  if (!scope || text === null || trace.getActiveSpan()?.isRecording() !== true) return null;
  const summary = summaryOf(text);
  const hasValues =
    Array.isArray(values) || (typeof statement === 'object' && statement !== null && 'values' in statement);
  const attributes: Attributes = {
    [ATTRIBUTES.databaseSystem]: 'postgresql',
    [ATTRIBUTES.statementSummary]: summary,
    [ATTRIBUTES.serverAddress]: client.host,
    [ATTRIBUTES.serverPort]: client.port,
    ...(client.database !== undefined && { [ATTRIBUTES.database]: client.database }),
    // Only with parameters: without, a text may hold what should not be told.
    ...(hasValues && { [ATTRIBUTES.statement]: text }),
  };
  return scope.tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes });
};

/** Null for what is no statement, such as a COPY stream. */
const textOf = (statement: unknown): string | null => {
  if (typeof statement === 'string') return statement;
  if (typeof statement !== 'object' || statement === null || 'submit' in statement || !('text' in statement))
    return null;
  return typeof statement.text === 'string' ? statement.text : null;
};

/** Ends the span when the statement's promise or callback tells its end. */
const finishing = (span: Span, args: readonly unknown[], query: (args: unknown[]) => unknown): unknown => {
  const last = args.at(-1);
  if (typeof last === 'function') {
    const told = context.bind(context.active(), last as Callback);
    const callback: Callback = (fault, result) => {
      end(span, fault);
      told(fault, result);
    };
    return query([...args.slice(0, -1), callback]);
  }
  const answer = query([...args]) as Promise<unknown>;
  answer.then(
    () => end(span, null),
    (fault: unknown) => end(span, fault),
  );
  return answer;
};

const end = (span: Span, fault: unknown): void => {
  if (fault !== null && fault !== undefined) {
    noteFault(span, fault);
    if (fault instanceof pg.DatabaseError && fault.code !== undefined)
      span.setAttribute(ATTRIBUTES.databaseStatus, fault.code);
  }
  span.end();
};
