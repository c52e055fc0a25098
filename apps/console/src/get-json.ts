import type { PrincipalView } from '@weir/contracts';
import { session, signedIn, turnedAway, withinWorkspace } from './session.js';

/** What is wrong with a part of what was sent. */
export interface FieldFault {
  readonly pointer: string;
  readonly detail: string;
}

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
    readonly fields: readonly FieldFault[] = [],
  ) {
    super(message);
  }

  /** Whether the same question may be answered in a moment. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500 || this.retryAfter !== null;
  }
}

interface Sent extends RequestInit {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const LONGEST_WAIT_MS = 30_000;

/** Asks the server for JSON. Throws NoAnswer for all that is none, and lets an abort through. */
export const getJson = async <T>(path: string, signal: AbortSignal): Promise<T> =>
  jsonOf<T>(await answerTo(withinWorkspace(path), { signal }), signal);

/** Sends what changes something. Throws NoAnswer for a refusal, which names the fields that it is about. */
export const postJson = async <T>(path: string, body: unknown = {}): Promise<T> => {
  const { signal } = new AbortController();
  const headers = { 'content-type': 'application/json' };
  return jsonOf<T>(await answerTo(path, { method: 'POST', headers, body: JSON.stringify(body), signal }), signal);
};

/** The exact bytes of an answer, for who keeps them. */
export const getBytes = async (path: string): Promise<Blob> => {
  const { signal } = new AbortController();
  const response = await answerTo(path, { signal });
  return response.ok ? response.blob() : jsonOf<never>(response, signal);
};

const jsonOf = async <T>(response: Response, signal: AbortSignal): Promise<T> => {
  const answer = (await response.json().catch(() => null)) as unknown;
  if (signal.aborted) throw signal.reason;
  if (response.ok && answer !== null) return answer as T;
  throw noAnswer(response, answer);
};

const noAnswer = (response: Response, answer: unknown): NoAnswer => {
  const { detail, title, acceptedAt, errors } = (answer ?? {}) as Readonly<Record<string, string | undefined>> & {
    readonly errors?: readonly FieldFault[];
  };
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new NoAnswer(
    detail ?? title ?? `The server answered ${response.status}.`,
    response.ok ? 0 : response.status,
    acceptedAt ?? null,
    Number.isFinite(seconds) ? seconds : null,
    errors ?? [],
  );
};

/** Invariant: every request to the server goes through here, so that each carries the key and each 401 asks for one. */
const answerTo = async (path: string, init: Sent): Promise<Response> => {
  const { signal } = init;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
  try {
    return await sendAs(session().key, path, { ...init, signal: limit });
  } catch (fault) {
    if (signal.aborted) throw fault;
    throw new NoAnswer('Weir does not answer.', 0);
  }
};

/** The answer to who shows `key`; a key that is not taken is asked for anew. */
export const sendAs = async (key: string | null, path: string, init: Sent): Promise<Response> => {
  const response = await fetch(path, {
    ...init,
    headers: { accept: 'application/json', ...init.headers, ...shown(key) },
  });
  if (response.status === 401) {
    const { detail } = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { readonly detail?: string };
    turnedAway(key, detail ?? 'The key is not taken.');
  }
  return response;
};

const shown = (key: string | null): Readonly<Record<string, string>> =>
  key === null ? {} : { authorization: `Bearer ${key}` };

/** Asks who shows `key`, and goes on as them. Throws NoAnswer when it is not taken. */
export const signIn = async (key: string | null, signal: AbortSignal = new AbortController().signal): Promise<void> => {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
  const response = await sendAs(key, '/v1/principal', { signal: limit }).catch(() => {
    throw new NoAnswer('Weir does not answer.', 0);
  });
  signedIn(key, await jsonOf<PrincipalView>(response, signal));
};
