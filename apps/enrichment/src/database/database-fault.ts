import { asRetryable } from '@weir/postgres';

/**
 * The fault itself, or a Retryable around it when PostgreSQL could not be reached, was too slow, or ended the
 * transaction.
 */
export const databaseFault = (fault: unknown): unknown => asRetryable(fault, 'The intelligence store');
