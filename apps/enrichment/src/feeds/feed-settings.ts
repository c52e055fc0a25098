import type { EnrichmentConfiguration } from '../config.js';
import type { FeedKind } from '@weir/contracts';
import type { FeedLimits } from './feed.js';
import type { UrlPolicy } from './open-url.js';

const MEGABYTE = 1024 * 1024;

export const feedLimitsOf = (config: EnrichmentConfiguration): FeedLimits => ({
  fileBytes: config.FEEDS_MAX_FILE_MB * MEGABYTE,
  textBytes: config.FEEDS_MAX_TEXT_MB * MEGABYTE,
  recordBytes: config.FEEDS_MAX_RECORD_MB * MEGABYTE,
  records: config.FEEDS_MAX_RECORDS,
});

export const urlPolicyOf = (config: EnrichmentConfiguration): UrlPolicy => ({
  allowPrivate: config.FEEDS_ALLOW_PRIVATE,
  timeoutMillis: config.FEEDS_TIMEOUT_SECONDS * 1000,
  totalMillis: config.FEEDS_TOTAL_SECONDS * 1000,
});

/** The feeds that are fetched by schedule. */
export const scheduledUrlsOf = (config: EnrichmentConfiguration): readonly (readonly [FeedKind, string])[] => {
  const urls: readonly (readonly [FeedKind, string | undefined])[] = [
    ['osv', config.FEEDS_OSV_URL],
    ['kev', config.FEEDS_KEV_URL],
    ['epss', config.FEEDS_EPSS_URL],
  ];
  return urls.flatMap(([kind, url]) => (url === undefined ? [] : [[kind, url] as const]));
};
