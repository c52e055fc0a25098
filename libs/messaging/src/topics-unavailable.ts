import { Retryable } from '@weir/postgres';

/** What carries the topics cannot be reached, is shutting down, or is too far behind. Trying again helps. */
export class TopicsUnavailable extends Retryable {
  override readonly name = 'TopicsUnavailable';

  constructor(cause: Error) {
    super(`The topics cannot be reached: ${cause.message}`, { cause });
  }
}
