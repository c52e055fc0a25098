export interface Answer<T> {
  readonly status: number;
  readonly type: string;
  readonly body: T;
}

/** Asks with fetch and reads JSON whatever the status. */
export const ask = async <T = Record<string, unknown>>(
  url: string,
  path: string,
  init: RequestInit = {},
): Promise<Answer<T>> => {
  const response = await fetch(new URL(path, url), init);
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: (text === '' ? null : JSON.parse(text)) as T,
  };
};

export const post = <T = Record<string, unknown>>(
  url: string,
  path: string,
  body: unknown,
  type = 'application/json',
): Promise<Answer<T>> =>
  ask<T>(url, path, { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body) });

/** Asks again until `isRight` or the deadline; the last answer either way. */
export const askUntil = async <T>(
  url: string,
  path: string,
  isRight: (answer: Answer<T>) => boolean,
  deadlineMillis = 30_000,
  init: RequestInit = {},
): Promise<Answer<T>> => {
  const until = Date.now() + deadlineMillis;
  for (;;) {
    const answer = await ask<T>(url, path, init);
    if (isRight(answer) || Date.now() > until) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

export const publication = (id: string, purl: string, data: Record<string, unknown> = {}): unknown => ({
  specversion: '1.0',
  id,
  source: '/e2e',
  type: 'dev.weir.package.published.v1',
  data: { repository: { name: 'npm-dev', environment: 'development' }, purl, ...data },
});
