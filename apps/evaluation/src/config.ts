import { retryPausesSchema, topicsFields } from '@weir/messaging';
import { httpFields, keyFields, logLevelSchema } from '@weir/service';
import { databaseFields, databaseUrlField } from '@weir/postgres';
import { z } from 'zod';

/** Environment of the evaluation service. */
export const evaluationConfigurationSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on for health checks'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8083).describe('Port to listen on for health checks'),
  ...httpFields,
  DATABASE_URL: databaseUrlField('the log'),
  ...databaseFields,
  ...topicsFields,
  ...keyFields,
  RETRY_PAUSES: retryPausesSchema,
  POLICY_WORKERS: z.coerce.number().int().min(1).max(64).default(1).describe('Worker threads that evaluate policies'),
  POLICY_DEADLINE_MS: z.coerce
    .number()
    .int()
    .min(1)
    .max(60_000)
    .default(250)
    .describe('Milliseconds one policy may take on one package'),
  POLICY_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(8)
    .max(4096)
    .default(128)
    .describe('Megabytes one policy module may use'),
  OPA_CACHE: z
    .string()
    .default('.weir/opa')
    .describe(
      'Folder where a policy compiler may be, besides PATH: it makes a policy module again that is damaged in the evidence',
    ),
  LOOK_EVERY_MS: z.coerce
    .number()
    .int()
    .min(10)
    .default(1000)
    .describe('Milliseconds between looks for packages whose answer time may have changed'),
  LOG_LEVEL: logLevelSchema,
});

export type EvaluationConfiguration = z.output<typeof evaluationConfigurationSchema>;
