import { retryPausesSchema, topicsFields } from '@weir/messaging';
import { httpFields, keyFields, logLevelSchema, retentionDays } from '@weir/service';
import { databaseFields, databaseUrlField } from '@weir/postgres';
import { z } from 'zod';

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).max(2_000_000_000).default(fallback);

/** Environment of the action service. */
export const actionConfigurationSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8084).describe('Port to listen on'),
  ...httpFields,
  DATABASE_URL: databaseUrlField('the log'),
  ...databaseFields,
  ...topicsFields,
  ...keyFields,
  RETRY_PAUSES: retryPausesSchema,
  WEBHOOKS: z
    .string()
    .optional()
    .describe(
      'Endpoints as a JSON array of {"name","url","secrets":["whsec_..."],"events":["quarantined"],"allowPrivate":false}; without any, effects are recorded only',
    ),
  WEBHOOKS_FILE: z
    .string()
    .optional()
    .describe('File that holds what WEBHOOKS would, so that secrets stay out of the environment'),
  WEBHOOK_TIMEOUT_MS: milliseconds(10_000).describe('Milliseconds an endpoint has to answer'),
  WEBHOOK_FIRST_RETRY_MS: milliseconds(5_000).describe(
    'Milliseconds before the second attempt at most; doubled for each further one',
  ),
  WEBHOOK_LONGEST_RETRY_MS: milliseconds(3_600_000).describe(
    'Milliseconds between two attempts at most, unless the endpoint asks for more',
  ),
  WEBHOOK_GIVE_UP_MS: milliseconds(86_400_000).describe('Milliseconds after which an effect is not tried any more'),
  EFFECT_DAYS: retentionDays(1).describe(
    'Days that effects that are over stay in lists (GET /v1/effects), with their deliveries; 0: for good. The log keeps them for good',
  ),
  LOG_LEVEL: logLevelSchema,
});

export type ActionConfiguration = z.output<typeof actionConfigurationSchema>;
