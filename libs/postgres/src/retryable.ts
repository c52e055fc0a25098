/** A fault that trying again later can cure: a source that is down, a lost connection. Anything else is permanent. */
export class Retryable extends Error {
  override readonly name: string = 'Retryable';

  constructor(
    message: string,
    options: { readonly cause?: unknown; /** Milliseconds to wait at least. */ readonly retryAfter?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.retryAfter = options.retryAfter;
  }

  readonly retryAfter: number | undefined;
}
