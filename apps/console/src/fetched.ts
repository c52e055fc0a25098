import { useEffect, useReducer, useRef } from 'react';
import { lost, useConnection } from './connection.js';
import { getJson, NoAnswer } from './get-json.js';
import { onSession, session } from './session.js';

/** What a request has brought so far. While a newer answer is on its way, or none comes, the last one stays. */
export interface Fetched<T> {
  readonly value: T | null;
  readonly error: NoAnswer | null;
}

const MOST_KEPT = 60;
/** The last answer to each question: who comes back sees it at once, at the place where they left. */
const kept = new Map<string, unknown>();

let { turn } = session();
onSession((who) => {
  if (who.turn === turn) return;
  turn = who.turn;
  kept.clear();
});

const keep = (path: string, value: unknown): void => {
  kept.delete(path);
  kept.set(path, value);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
};

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Asks a question until `stop` aborts: again when `again` is called, and when no answer came that may come later. One question is
 * under way at a time, so that no earlier answer overwrites a later one; who calls meanwhile is answered by the next.
 */
const askOnAndOn = (path: string, stop: AbortSignal, told: (fault: NoAnswer | null) => void): (() => void) => {
  let isAsking = false;
  let isDue = false;
  let pause = FIRST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (fault: NoAnswer): void => {
    timer = setTimeout(ask, Math.max(pause, (fault.retryAfter ?? 0) * 1000));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  };
  const ask = (): void => {
    clearTimeout(timer);
    if (isAsking) {
      isDue = true;
      return;
    }
    isAsking = true;
    isDue = false;
    getJson(path, stop)
      .then(
        (value) => {
          keep(path, value);
          pause = FIRST_PAUSE_MS;
          told(null);
        },
        (fault: unknown) => {
          if (stop.aborted) return;
          const answer = fault instanceof NoAnswer ? fault : new NoAnswer(String(fault), 0);
          if (answer.status === 0) lost();
          if (answer.isPassing) later(answer);
          else kept.delete(path);
          told(answer);
        },
      )
      .finally(() => {
        isAsking = false;
        if (isDue && !stop.aborted) ask();
      });
  };
  stop.addEventListener('abort', () => clearTimeout(timer));
  ask();
  return ask;
};

/** Fetches JSON from `path`; again whenever `version` changes and the server is back. null asks for nothing. */
export const useFetched = <T>(path: string | null, version: string | number | null = null): Fetched<T> => {
  const { revived } = useConnection();
  const [, redraw] = useReducer((turn: number) => turn + 1, 0);
  const errors = useRef(new Map<string, NoAnswer>());
  const again = useRef<() => void>(() => undefined);
  // What is shown stays, however much else was asked meanwhile.
  const shown = useRef<{ readonly path: string | null; readonly value: unknown }>({ path: null, value: null });
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    again.current = askOnAndOn(path, stop.signal, (fault) => {
      if (fault) errors.current.set(path, fault);
      else errors.current.delete(path);
      if (!fault || !fault.isPassing) shown.current = { path, value: kept.get(path) ?? null };
      redraw();
    });
    return () => {
      again.current = () => undefined;
      stop.abort();
    };
  }, [path]);
  const asked = useRef({ version, revived });
  useEffect(() => {
    if (asked.current.version === version && asked.current.revived === revived) return;
    asked.current = { version, revived };
    again.current();
  }, [version, revived]);
  if (path === null) return { value: null, error: null };
  if (shown.current.path !== path) shown.current = { path, value: kept.get(path) ?? null };
  return { value: shown.current.value as T | null, error: errors.current.get(path) ?? null };
};
