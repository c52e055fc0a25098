export interface Attempt {
  readonly status: number;
  readonly text: string;
}

const ANSWER_WITHIN_MS = 40_000;

/**
 * One request to a service that may be killed meanwhile; null when nobody knows whether it was done: no answer, or a
 * fault of the service. Throws when it was refused in a way that sending again cannot cure, which is a defect of this
 * program; `expected` are refusals that are none.
 */
export const attempt = async (
  url: URL,
  init: RequestInit,
  abort: AbortSignal,
  expected: readonly number[] = [],
): Promise<Attempt | null> => {
  const answer = await fetch(url, {
    ...init,
    signal: AbortSignal.any([abort, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
  })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch(() => null);
  if (answer === null || answer.status >= 500) return null;
  if (answer.status >= 400 && !expected.includes(answer.status))
    throw new Error(`${init.method ?? 'GET'} ${url.pathname} was refused with ${answer.status}: ${answer.text}`);
  return answer;
};
