import { isTransient, Retryable } from '@weir/postgres';

/** The fault itself, or a Retryable around it when PostgreSQL could not be reached or ended the transaction. */
export const databaseFault = (fault: unknown): unknown => {
  if (!(fault instanceof Error) || fault instanceof Retryable || !isTransient(fault)) return fault;
  return new Retryable(`The intelligence store cannot be reached: ${fault.message}`, { cause: fault });
};
