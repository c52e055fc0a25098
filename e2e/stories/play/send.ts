import { setTimeout as sleep } from 'node:timers/promises';

/** What Weir answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

const PATIENCE_MS = 30_000;
const PAUSE_MS = 100;

/**
 * Sends until there is an answer other than "come again": whoever got none does not know, and sends the same once
 * more.
 */
export const send = async (url: string, path: string, init: RequestInit): Promise<Answer> => {
  for (const until = Date.now() + PATIENCE_MS; ;) {
    const answer = await attempt(url, path, init);
    if (answer && answer.status !== 503) return answer;
    if (Date.now() > until) return answer ?? { status: 0, body: `nothing answers ${path}` };
    await sleep(PAUSE_MS);
  }
};

const attempt = (url: string, path: string, init: RequestInit): Promise<Answer | null> =>
  fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    async (response) => ({ status: response.status, body: await response.text() }),
    () => null,
  );

export const sendJson = (url: string, path: string, body: unknown, method = 'POST'): Promise<Answer> =>
  send(url, path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
