import { asRetryable } from '@weir/postgres';

/** The fault itself, or a Retryable around it when trying again can help. */
export const toLogFault = (fault: unknown): unknown => asRetryable(fault, 'The decision log');
