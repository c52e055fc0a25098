/** Why there is no answer, or not the one that was asked for. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(
    message: string,
    /** 0 when nobody answered. */
    readonly status: number,
    /** When the package was accepted that is asked for and has no verdict yet. */
    readonly acceptedAt: string | null = null,
    /** Seconds after which to ask again, as the server says. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same question may be answered in a moment. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500 || this.retryAfter !== null;
  }
}

const LONGEST_WAIT_MS = 30_000;

/** Asks the server for JSON. Throws NoAnswer for all that is none, and lets an abort through. */
export const getJson = async <T>(path: string, signal: AbortSignal): Promise<T> => {
  const response = await answerTo(path, signal);
  const answer = (await response.json().catch(() => null)) as unknown;
  if (signal.aborted) throw signal.reason;
  if (response.ok && answer !== null) return answer as T;
  const { detail, title, acceptedAt } = (answer ?? {}) as Readonly<Record<string, string | undefined>>;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new NoAnswer(
    detail ?? title ?? `The server answered ${response.status}.`,
    response.ok ? 0 : response.status,
    acceptedAt ?? null,
    Number.isFinite(seconds) ? seconds : null,
  );
};

const answerTo = async (path: string, signal: AbortSignal): Promise<Response> => {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
    return await fetch(path, { signal: limit, headers: { accept: 'application/json' } });
  } catch (fault) {
    if (signal.aborted) throw fault;
    throw new NoAnswer('Weir does not answer.', 0);
  }
};
