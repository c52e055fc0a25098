/** RFC 9457 problem document, the same shape as `Problem` of the contracts: this library imports none of ours. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Thrown by a controller to answer a refusal; the shell sends `problem` as application/problem+json. A 5xx with a cause is logged. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly problem: ProblemDocument,
    options: { readonly cause?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(`${problem.title}: ${problem.detail}`, { cause: options.cause });
    this.headers = options.headers ?? {};
  }

  /** Further response headers, such as retry-after. */
  readonly headers: Readonly<Record<string, string>>;
}
