import { useEffect, useState } from 'react';

/** What a request has brought so far. While a newer answer is on its way the last one stays. */
export interface Fetched<T> {
  readonly value: T | null;
  readonly error: string | null;
}

/** Fetches JSON from `path`, again whenever it or `version` changes. */
export const useFetched = <T>(path: string, version: string | null = null): Fetched<T> => {
  const [fetched, setFetched] = useState<Fetched<T> & { readonly path: string }>({ path, value: null, error: null });
  useEffect(() => {
    const stop = new AbortController();
    getJson<T>(path, stop.signal)
      .then((value) => setFetched({ path, value, error: null }))
      .catch((fault: unknown) => {
        if (!stop.signal.aborted)
          setFetched({ path, value: null, error: fault instanceof Error ? fault.message : String(fault) });
      });
    return () => stop.abort();
  }, [path, version]);
  return fetched.path === path ? fetched : { value: null, error: null };
};

const getJson = async <T>(path: string, signal: AbortSignal): Promise<T> => {
  const response = await fetch(path, { signal, headers: { accept: 'application/json' } });
  const answer = (await response.json()) as unknown;
  if (response.ok) return answer as T;
  const { detail, title } = answer as { detail?: string; title?: string };
  throw new Error(detail ?? title ?? `The server answered ${response.status}.`);
};
