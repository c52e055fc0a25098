import { NestFactory } from '@nestjs/core';
import type { DynamicModule, LoggerService, ModuleMetadata } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ReadinessChecks } from './health/readiness-checks.js';
import { ServiceShellModule } from './health/service-shell.module.js';
import { watchAllowedMethods } from './http/allowed-methods.js';
import { answerUnmet, answerUnreadable } from './http/answer-unreadable.js';
import { acceptJsonBodies } from './http/body-parser.js';
import { closeToPages } from './http/close-to-pages.js';
import { DEFAULT_HTTP, type HttpSettings } from './http/http-settings.js';
import { limitBodies, type BodyLimits } from './http/limit-bodies.js';
import { readRefusedSlowly } from './http/read-refused-slowly.js';
import { refuseForeign } from './http/refuse-foreign.js';
import { problem } from './http/problem.js';
import { ProblemError } from './http/problem-error.js';
import { answer, problemFilter, type ProblemFilterOptions } from './http/problem-filter.js';
import { schemaPipe } from './http/schema-pipe.js';
import { guardRoutes } from './keys/guard-routes.js';
import { environmentKeys, type KeyRing } from './keys/key-ring.js';
import type { Logger } from '@weir/postgres';
import { measureRequests } from './metrics/measure-requests.js';
import { nestLogger } from './nest-logger.js';
import { traceRequests, type ServiceOfRoute } from './tracing/trace-requests.js';

/** Largest request body in bytes unless a service asks for another limit. */
export const DEFAULT_BODY_LIMIT = 10 * 1024 * 1024;

const SERVER_OPTIONS = {
  // Of the request line and the headers; bodies have limits of their own.
  headersTimeout: 15_000,
  connectionsCheckingInterval: 5_000,
  // Node would answer a request without Host with an empty 400.
  requireHostHeader: false,
};
/** Longer than proxies keep a connection that nobody uses, a minute by default, so that they never send into a closed one. */
const KEEP_ALIVE_MS = 72_000;

export interface ServiceOptions {
  readonly name: string;
  /** The application's module, or several when one process composes several applications. */
  readonly module: NonNullable<ModuleMetadata['imports']>[number] | NonNullable<ModuleMetadata['imports']>;
  readonly logger: Logger;
  /** Bytes; 10 MiB unless told. */
  readonly bodyLimit?: number;
  /** The registry that modules made by `forRoot` were given; a new one unless told. Injectable as ReadinessChecks. */
  readonly readiness?: ReadinessChecks;
  /** Milliseconds that requests under way have to finish when the application closes; 5,000 unless told. */
  readonly closeWithin?: number;
  /** The keys that requests must carry; none is asked for unless told. */
  readonly ring?: KeyRing;
  /** How it is asked; as configured when nothing is, unless told. */
  readonly http?: HttpSettings;
  /** Seconds that the body of a route may take which is handed on as it comes; null for one that is kept in memory. */
  readonly uploadSeconds?: BodyLimits['uploadSeconds'];
  /** Which service a route belongs to, for traces and metrics; `name` unless told. */
  readonly serviceOf?: ServiceOfRoute;
}

/** Nest declares its options as a class but takes them as plain data. */
const createApplication: (
  root: DynamicModule,
  adapter: FastifyAdapter,
  options: { readonly bodyParser: boolean; readonly logger: LoggerService; readonly abortOnError: boolean },
) => Promise<NestFastifyApplication> = NestFactory.create.bind(NestFactory);

/**
 * A Nest application on fastify with everything that makes it operable: problem documents for every refusal and fault,
 * keys and what each route needs of them, schema validation, `GET /health`, `GET /ready`, `GET /metrics`, a span
 * and a measured duration for every request. Not initialised yet: add OpenAPI or pages, then `listen` or `init`.
 */
export const createService = async ({
  name,
  module,
  logger,
  bodyLimit = DEFAULT_BODY_LIMIT,
  readiness = new ReadinessChecks(logger),
  closeWithin = 5_000,
  ring = environmentKeys([]),
  http = DEFAULT_HTTP,
  uploadSeconds = () => null,
  serviceOf = () => name,
}: ServiceOptions): Promise<NestFastifyApplication> => {
  const problems: { options?: ProblemFilterOptions } = {};
  const tell = (fault: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    if (problems.options) answer(fault, request, reply, problems.options);
  };
  const adapter = new FastifyAdapter({
    bodyLimit,
    routerOptions: { maxParamLength: 8192 },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: tell,
    http: SERVER_OPTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const server = adapter.getInstance<FastifyInstance>();
  problems.options = { logger, bodyLimit, allowedMethods: watchAllowedMethods(server) };
  traceRequests(server, serviceOf);
  measureRequests(server, serviceOf);
  closeToPages(server);
  limitBodies(server, { ...http, bodyLimit, uploadSeconds });
  readRefusedSlowly(server);
  refuseForeign(server, http);
  guardRoutes(server, ring, tell);
  acceptJsonBodies(server);
  answerUnmet(server.server);
  requireHost(server);
  server.addHook('preClose', (done) => {
    setTimeout(() => server.server.closeAllConnections(), closeWithin).unref();
    done();
  });
  const root = ServiceShellModule.around(Array.isArray(module) ? module : [module], readiness);
  const settings = { bodyParser: false, logger: nestLogger(logger.child({ service: name })), abortOnError: false };
  const app: NestFastifyApplication = await createApplication(root, adapter, settings);
  app.useGlobalFilters(problemFilter(problems.options));
  app.useGlobalPipes(schemaPipe);
  return app;
};

/** RFC 9112, section 3.2: HTTP/1.1 has a Host, and without one no request is routed. */
const requireHost = (server: FastifyInstance): void => {
  server.addHook('onRequest', async ({ headers, raw }) => {
    if (headers.host === undefined && raw.httpVersion !== '1.0')
      throw new ProblemError(
        problem(400, 'The request has no Host header: name the host that is asked, as HTTP/1.1 does.'),
      );
  });
};
