import { isTransient, Retryable } from '@weir/postgres';
import { TopicsUnavailable } from '../topics-unavailable.js';

/** The fault itself, or TopicsUnavailable around it when trying again can help. */
const toTopicsFault = (fault: unknown): unknown => {
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
