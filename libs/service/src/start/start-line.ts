import { createRequire } from 'node:module';
import { placeOfDatabase } from '@weir/postgres';

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string };

/** What a service says of itself at its start: no secret, and nothing that an operator would not recognise. */
export const startLine = (
  config: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, unknown>> => {
  const { DATABASE_URL: url, KAFKA_BROKERS: brokers, TOPIC_PREFIX: topicPrefix, PARTITIONS: partitions } = config;
  return {
    version,
    commit: env['WEIR_REVISION'] ?? 'unknown',
    node: process.versions.node,
    database: typeof url === 'string' ? placeOfDatabase(url) : 'embedded',
    topics: typeof brokers === 'string' ? brokers.split(',').map((each) => each.trim()) : 'in PostgreSQL',
    ...(typeof brokers === 'string' && topicPrefix !== undefined && topicPrefix !== '' && { topicPrefix }),
    ...(typeof partitions === 'number' && { partitions }),
    features: Object.fromEntries(
      Object.entries(FEATURES).flatMap(([feature, names]) =>
        names.some((name) => name in config) || names.some((name) => env[name] !== undefined)
          ? [[feature, names.some((name) => isOn(config[name] ?? env[name]))]]
          : [],
      ),
    ),
  };
};

/** By the variables that turn them on. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  keys: ['API_KEYS'],
  kafkaTls: ['KAFKA_TLS'],
  kafkaLogin: ['KAFKA_SASL_MECHANISM'],
  upstreams: ['UPSTREAM_FILE'],
  scheduledFeeds: ['FEEDS_OSV_URL', 'FEEDS_EPSS_URL', 'FEEDS_KEV_URL'],
  webhooks: ['WEBHOOKS', 'WEBHOOKS_FILE'],
  traces: ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
};

const isOn = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '' && value !== 'false' && value !== false;
