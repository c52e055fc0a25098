import { retryPausesSchema, topicsFields } from '@weir/messaging';
import { httpFields, keyFields, logLevelSchema, retentionDays } from '@weir/service';
import { databaseFields, databaseUrlField } from '@weir/postgres';
import { z } from 'zod';

import { LEAST_OBSERVATION_DAYS } from './ledger/read-forgotten.js';

const url = z.url({ protocol: /^(?:https?|file)$/ }).optional();
const flag = z.stringbool().default(false);

/** Environment of the enrichment service. */
export const enrichmentConfigurationSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8082).describe('Port to listen on'),
  ...httpFields,
  DATABASE_URL: databaseUrlField('what the feeds say'),
  ...databaseFields,
  ...topicsFields,
  ...keyFields,
  RETRY_PAUSES: retryPausesSchema,
  ENRICHMENT_BATCH: z.coerce
    .number()
    .int()
    .min(1)
    .max(5000)
    .default(1000)
    .describe('Most observations enriched together'),
  REASSESSMENT_BATCH: z.coerce
    .number()
    .int()
    .min(1)
    .max(5000)
    .default(200)
    .describe('Most packages looked at again together after a feed changed'),
  ADVISORY_CACHE_MB: z.coerce
    .number()
    .int()
    .min(1)
    .max(4096)
    .default(64)
    .describe('Megabytes of advisory text whose parsed form is kept in memory'),
  FEEDS_OSV_URL: url.describe('Where OSV advisories are fetched from, http, https or file; not fetched unless set'),
  FEEDS_EPSS_URL: url.describe('Where EPSS scores are fetched from, http, https or file; not fetched unless set'),
  FEEDS_KEV_URL: url.describe(
    'Where the CISA KEV catalogue is fetched from, http, https or file; not fetched unless set',
  ),
  FEEDS_LOGINS_FILE: z
    .string()
    .optional()
    .describe(
      'File with the logins of servers that feeds are fetched from, as JSON: {"https://mirror.example": "user:password"}; read at each fetch',
    ),
  FEEDS_INTERVAL_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_080)
    .default(360)
    .describe('Minutes between two fetches of a feed'),
  FEEDS_TIMEOUT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3600)
    .default(60)
    .describe('Seconds of silence after which a fetch is given up'),
  FEEDS_TOTAL_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(1800)
    .describe('Seconds after which a fetch is given up, however much of it came'),
  FEEDS_UPLOAD_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(1800)
    .describe('Seconds within which a feed file that is sent must have come'),
  FEEDS_UPLOADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(8)
    .describe(
      'Feed files that are sent and loaded at once at most, half of them by one address; more are answered 503',
    ),
  FEEDS_ALLOW_PRIVATE: flag.describe('true when feeds may be fetched from private and loopback addresses'),
  FEEDS_STALE_AFTER_HOURS: z.coerce
    .number()
    .int()
    .min(1)
    .max(8760)
    .default(48)
    .describe('Hours after its last load from which a feed counts as stale'),
  FEEDS_MAX_FILE_MB: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_536)
    .default(1024)
    .describe('Megabytes a feed file may have as sent'),
  FEEDS_MAX_TEXT_MB: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_536)
    .default(2048)
    .describe('Megabytes a feed file may have after decompression'),
  FEEDS_MAX_RECORD_MB: z.coerce.number().int().min(1).max(256).default(16).describe('Megabytes one advisory may have'),
  FEEDS_MAX_RECORDS: z.coerce.number().int().min(1).default(2_000_000).describe('Records a feed file may hold'),
  FEEDS_HISTORY_DAYS: retentionDays(1).describe(
    'Days for which it is kept when feeds were loaded and what EPSS scores were before; 0: for good. The log keeps each load for good',
  ),
  OBSERVATION_DAYS: retentionDays(LEAST_OBSERVATION_DAYS).describe(
    'Days for which each observation is known, so that it counts once however often it is sent; 0: for good. Of each package the last stays',
  ),
  LOG_LEVEL: logLevelSchema,
});

export type EnrichmentConfiguration = z.output<typeof enrichmentConfigurationSchema>;
