import { topicsFields } from '@weir/messaging';
import { httpFields, keyFields, logLevelSchema } from '@weir/service';
import { databaseUrlField } from '@weir/postgres';
import { z } from 'zod';

/** Environment of the ingest service. */
export const ingestConfigurationSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8081).describe('Port to listen on'),
  ...httpFields,
  DATABASE_URL: databaseUrlField('the keys, and the topics unless KAFKA_BROKERS is set'),
  ...topicsFields,
  ...keyFields,
  UPSTREAM_FILE: z
    .string()
    .optional()
    .describe(
      'YAML file of the Kafka topics of registries to read events from, see docs/how-to/connect-a-registry-over-kafka.md; unset reads none',
    ),
  LOG_LEVEL: logLevelSchema,
});

export type IngestConfiguration = z.output<typeof ingestConfigurationSchema>;
