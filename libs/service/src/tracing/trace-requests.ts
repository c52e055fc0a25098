import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ATTRIBUTES, requestSpanName } from '../names.js';
import { withScope } from './scope.js';
import { tracerOf } from './tracers.js';

/** Says which service answers a route, such as `/v1/events`; null for one whose requests are not traced. */
export type ServiceOfRoute = (route: string) => string | null;

/** Questions of machines, many a minute and all alike. */
const UNTRACED = new Set(['/health', '/ready', '/metrics']);

/**
 * A server span for every request of a known route, below the caller's `traceparent` if it sent one. A span ends when
 * the connection has the answer, or is gone.
 */
export const traceRequests = (server: FastifyInstance, serviceOf: ServiceOfRoute): void => {
  const contexts = new WeakMap<FastifyRequest, Context>();
  server.addHook('onRequest', (request, reply, done) => {
    const opened = open(request, serviceOf);
    if (!opened) {
      done();
      return;
    }
    contexts.set(request, opened.context);
    reply.raw.once('close', () => close(opened.span, reply.statusCode, reply.raw.writableFinished));
    context.with(opened.context, done);
  });
  // The body arrives in events of the socket, which know nothing of the request's context.
  server.addHook('preValidation', (request, _reply, done) => {
    context.with(contexts.get(request) ?? context.active(), done);
  });
};

const open = (
  request: FastifyRequest,
  serviceOf: ServiceOfRoute,
): { readonly span: Span; readonly context: Context } | null => {
  const route = request.routeOptions.url;
  const service = route === undefined || UNTRACED.has(route) ? null : serviceOf(route);
  const tracer = service === null ? null : tracerOf(service);
  if (!tracer || service === null || route === undefined) return null;
  const parent = propagation.extract(ROOT_CONTEXT, request.headers);
  const attributes = {
    [ATTRIBUTES.method]: request.method,
    [ATTRIBUTES.route]: route,
    [ATTRIBUTES.path]: request.url.split('?', 1)[0] ?? '',
    [ATTRIBUTES.scheme]: request.protocol,
  };
  const span = tracer.startSpan(requestSpanName(request.method, route), { kind: SpanKind.SERVER, attributes }, parent);
  return { span, context: withScope(trace.setSpan(parent, span), { service, tracer, spans: [], copies: false }) };
};

const close = (span: Span, status: number, isWhole: boolean): void => {
  span.setAttribute(ATTRIBUTES.status, status);
  if (status >= 500) span.setAttribute(ATTRIBUTES.errorType, String(status)).setStatus({ code: SpanStatusCode.ERROR });
  else if (!isWhole) span.addEvent('the client went away');
  span.end();
};
