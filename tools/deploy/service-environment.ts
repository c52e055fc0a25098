import { actionConfigurationSchema } from '../../apps/action/src/config.js';
import { apiConfigurationSchema } from '../../apps/api/src/config.js';
import { enrichmentConfigurationSchema } from '../../apps/enrichment/src/config.js';
import { evaluationConfigurationSchema } from '../../apps/evaluation/src/config.js';
import { ingestConfigurationSchema } from '../../apps/ingest/src/config.js';
import type { z } from 'zod';

export const SERVICES = ['ingest', 'enrichment', 'evaluation', 'action', 'api'] as const;
export type Service = (typeof SERVICES)[number];

const SCHEMAS: Readonly<Record<Service, z.ZodObject>> = {
  ingest: ingestConfigurationSchema,
  enrichment: enrichmentConfigurationSchema,
  evaluation: evaluationConfigurationSchema,
  action: actionConfigurationSchema,
  api: apiConfigurationSchema,
};

/** What every process reads beside its own configuration: the logger and OpenTelemetry (docs/how-to/see-what-happens.md). */
const OF_EVERY_PROCESS = [
  'LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
  'OTEL_TRACES_EXPORTER',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_SDK_DISABLED',
];

/** What is wrong with the environment that a service is started with: names that nothing reads, values that its configuration refuses. */
export const findingsOf = (service: Service, environment: Readonly<Record<string, string>>): readonly string[] => {
  const schema = SCHEMAS[service];
  const unknown = Object.keys(environment).filter(
    (name) => !(name in schema.shape) && !OF_EVERY_PROCESS.includes(name),
  );
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  return [
    ...unknown.map((name) => `${service} reads no ${name}`),
    ...(result.success
      ? []
      : result.error.issues.map(({ path, message }) => `${service}: ${path.join('.')}: ${message}`)),
  ];
};

/** Whether a service reads this variable. */
export const reads = (service: Service, name: string): boolean => name in SCHEMAS[service].shape;
