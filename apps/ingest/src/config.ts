import { kafkaAccessFields } from '@weir/messaging';
import { apiKeysSchema, logLevelSchema } from '@weir/service';
import { z } from 'zod';

/** Environment of the ingest service. */
export const ingestConfigurationSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8081).describe('Port to listen on'),
  DATABASE_URL: z.string().describe('PostgreSQL that holds the topics, as postgres://user:password@host:port/database'),
  PARTITIONS: z.coerce.number().int().min(1).max(1024).default(4).describe('Partitions of every topic; must be the same for all services and never change'),
  KAFKA_BROKERS: z.string().optional().describe('Kafka brokers as host:port, separated by commas; unset keeps the topics in PostgreSQL'),
  ...kafkaAccessFields,
  API_KEYS: apiKeysSchema,
  UPSTREAM_FILE: z.string().optional().describe('YAML file of the Kafka topics of registries to read events from, see docs/how-to/connect-a-registry-over-kafka.md; unset reads none'),
  LOG_LEVEL: logLevelSchema,
});

export type IngestConfiguration = z.output<typeof ingestConfigurationSchema>;
