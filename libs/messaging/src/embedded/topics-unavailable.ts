import { isTransient, Retryable } from '@weir/telemetry';

/** PostgreSQL cannot be reached, is shutting down, or ended the transaction to resolve a deadlock. Trying again helps. */
export class TopicsUnavailable extends Retryable {
  override readonly name = 'TopicsUnavailable';

  constructor(cause: Error) {
    super(`The topics cannot be reached: ${cause.message}`, { cause });
  }
}

/** The fault itself, or TopicsUnavailable around it when trying again can help. */
export const toTopicsFault = (fault: unknown): unknown => {
  if (!(fault instanceof Error) || fault instanceof Retryable) return fault;
  return isTransient(fault) ? new TopicsUnavailable(fault) : fault;
};

/** Runs `work`; what it throws says whether trying again can help. */
export const reaching = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (fault) {
    throw toTopicsFault(fault);
  }
};
