import { context, diag, DiagLogLevel, propagation, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import { detectResources, resourceAttributesEnvDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Logger } from '@weir/postgres';
import { samplerFrom } from './sampler.js';
import { tracingConfigurationFrom, type TraceExporterName } from './tracing-configuration.js';
import { VERSION } from '../version.js';
import { traceQueries } from './trace-queries.js';
import { useTracers } from './tracers.js';

export interface Tracing {
  /** Sends what is waiting and turns tracing off. Never rejects: a back end that is away must not hold up an end. */
  stop(): Promise<void>;
}

const EXPORTERS: Readonly<Record<TraceExporterName, () => SpanExporter>> = {
  // Both read their addresses and headers from the environment, as OpenTelemetry specifies.
  otlp: () => new OTLPTraceExporter(),
  zipkin: () => new ZipkinExporter(),
};

/**
 * Turns tracing on for this process when the environment names an exporter; else nothing is loaded into any path.
 * Each service has its own resource, so that back ends tell them apart also when one process runs them all.
 */
export const startTracing = (env: NodeJS.ProcessEnv, logger: Logger): Tracing => {
  const configuration = tracingConfigurationFrom(env);
  if (configuration.exporters.length === 0) return { stop: () => Promise.resolve() };
  diag.setLogger(diagLogger(logger), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const spanProcessors = configuration.exporters.map((name) => new BatchSpanProcessor({ exporter: EXPORTERS[name]() }));
  const instance = crypto.randomUUID();
  const tracers = new Map<string, Tracer>();
  useTracers((service) => {
    const known = tracers.get(service);
    if (known) return known;
    const made = tracerFor(service, instance, env, spanProcessors);
    tracers.set(service, made);
    return made;
  });
  const untraceQueries = traceQueries();
  logger.info({ exporters: configuration.exporters }, 'traces are sent');
  return {
    stop: () => {
      untraceQueries();
      return stop(spanProcessors, logger);
    },
  };
};

const tracerFor = (
  service: string,
  instance: string,
  env: NodeJS.ProcessEnv,
  spanProcessors: SpanProcessor[],
): Tracer => {
  const described = resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'weir',
    'service.version': VERSION,
    'service.instance.id': instance,
  });
  const resource = detectResources({ detectors: [resourceAttributesEnvDetector] }).merge(described);
  return new TracerProvider({ resource, sampler: samplerFrom(env), spanProcessors }).getTracer('weir');
};

const stop = async (processors: readonly SpanProcessor[], logger: Logger): Promise<void> => {
  useTracers(null);
  const ended = await Promise.allSettled(processors.map((processor) => processor.shutdown()));
  for (const one of ended)
    if (one.status === 'rejected') logger.warn({ err: one.reason as unknown }, 'the last spans could not be sent');
  context.disable();
  propagation.disable();
};

const diagLogger = (logger: Logger) => {
  const warn = (message: string, ...details: unknown[]): void => logger.warn({ details: details.map(String) }, message);
  const quiet = (): void => undefined;
  return { error: warn, warn, info: quiet, debug: quiet, verbose: quiet };
};
