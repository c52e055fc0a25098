import type { Kept } from '@weir/service';
import type { EnrichmentConfiguration } from '../config.js';
import { feedRetention } from './feed-retention.js';
import { ledgerRetention } from './ledger-retention.js';

/** For how long what enrichment knows of the past is kept. */
export const enrichmentRetention = ({
  FEEDS_HISTORY_DAYS: feeds,
  OBSERVATION_DAYS: observations,
}: Pick<EnrichmentConfiguration, 'FEEDS_HISTORY_DAYS' | 'OBSERVATION_DAYS'>): readonly Kept[] => [
  ...feedRetention.map((retained) => ({ ...retained, days: feeds })),
  { ...ledgerRetention, days: observations },
];
