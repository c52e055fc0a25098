import type { FeedRefused, RefusalKind } from './feed.js';

/** Ends a load and rolls it back; loadFeed turns it into its answer. Never leaves this application. */
export class RefusedFeed extends Error {
  override readonly name = 'RefusedFeed';

  constructor(
    readonly kind: RefusalKind,
    detail: string,
    readonly options: { readonly line?: number; readonly cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
  }

  answer(): FeedRefused {
    return { refused: { kind: this.kind, detail: this.message, line: this.options.line ?? null } };
  }
}

/** The feed cannot be read: everything in it is refused. */
export const brokenFeed = (
  detail: string,
  options: { readonly line?: number; readonly cause?: unknown } = {},
): RefusedFeed => new RefusedFeed('broken', detail, options);
