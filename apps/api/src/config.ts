import { httpFields, keyFields, logLevelSchema, retentionDays } from '@weir/service';
import { topicsFields } from '@weir/messaging';
import { databaseFields, databaseUrlField } from '@weir/postgres';
import { z } from 'zod';

/** Environment of the API service. */
export const apiConfigurationSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8085).describe('Port to listen on'),
  ...httpFields,
  DATABASE_URL: databaseUrlField('the log and the read models'),
  ...databaseFields,
  ...keyFields,
  ...topicsFields,
  OPA_CACHE: z
    .string()
    .default('.weir/opa')
    .describe('Folder that keeps the policy compiler once it was fetched or built'),
  COMPILER_WAIT_MS: z.coerce
    .number()
    .int()
    .min(1)
    .max(600_000)
    .default(60_000)
    .describe('Milliseconds a request waits while the policy compiler is fetched or built'),
  STREAM_HEARTBEAT_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(300_000)
    .default(15_000)
    .describe('Milliseconds between heartbeats of GET /v1/stream'),
  STREAMS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('Streams of decisions (GET /v1/stream) that are open at once at most; more are answered 503'),
  STREAMS_EACH: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(50)
    .describe(
      'Streams of decisions that one key, or one address without a key of its own, has at once at most; more are answered 429',
    ),
  DECISION_VIEW_DAYS: retentionDays(1).describe(
    'Days that decisions stay in lists (GET /v1/decisions) and are counted by the hour; 0: for good. The log keeps them for good',
  ),
  EFFECT_DAYS: retentionDays(1).describe(
    'Days that packages show their effects once these are over; 0: for good. The same as for action',
  ),
  LOG_LEVEL: logLevelSchema,
});

export type ApiConfiguration = z.output<typeof apiConfigurationSchema>;
