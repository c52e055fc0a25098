import { useSyncExternalStore } from 'react';
import { eventParser } from './event-parser.js';
import { sendAs, signIn } from './get-json.js';
import { onSession, session, withinWorkspace } from './session.js';

/** Whether the server answers, by the stream of decisions and by every question that is asked. */
export interface Connection {
  /** `refused`: it answers, and tells this key, or one more page, nothing by itself. */
  readonly state: 'connecting' | 'live' | 'lost' | 'refused';
  /** Since when nobody answers. */
  readonly lostAt: string | null;
  /** Counts how often it came back: what is shown is asked for again then. */
  readonly revived: number;
  /** Changes when new decisions were stored; null before the first. */
  readonly latest: string | null;
  /** Why it is refused. */
  readonly why: string | null;
}

const REFRESH_AT_MOST_EVERY_MS = 1_000;
const TRY_AGAIN_AFTER_MS = 2_000;
const REFUSED_AGAIN_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 15_000;
const ANSWER_WITHIN_MS = 5_000;

let now: Connection = { state: 'connecting', lostAt: null, revived: 0, latest: null, why: null };
const listeners = new Set<() => void>();
let stream = new AbortController();
let again: ReturnType<typeof setTimeout> | null = null;
let told: ReturnType<typeof setTimeout> | null = null;

const change = (to: Partial<Connection>): void => {
  now = { ...now, ...to };
  for (const listener of listeners) listener();
};

const openLater = (millis: number): void => {
  again ??= setTimeout(() => void open(), millis);
};

/** Nobody answered: says so, and tries until somebody does. */
export const lost = (): void => {
  if (now.state !== 'lost') change({ state: 'lost', lostAt: new Date().toISOString(), why: null });
  stream.abort();
  openLater(TRY_AGAIN_AFTER_MS);
};

const found = (): void => {
  if (now.state === 'live') return;
  const revived = now.state === 'lost' ? now.revived + 1 : now.revived;
  change({ state: 'live', lostAt: null, revived, why: null });
};

const refused = (why: string): void => {
  const revived = now.state === 'lost' ? now.revived + 1 : now.revived;
  change({ state: 'refused', lostAt: null, revived, why });
  openLater(REFUSED_AGAIN_AFTER_MS);
};

/** A burst of decisions is told as one change, so that a page is not redrawn for each. */
const decided = (id: string): void => {
  told ??= setTimeout(() => {
    told = null;
    change({ latest: id });
  }, REFRESH_AT_MOST_EVERY_MS);
};

/** Reads the stream by fetch, as the browser's own EventSource can send no key (ADR 0201). One is open at a time. */
const open = async (): Promise<void> => {
  if (again) clearTimeout(again);
  again = null;
  stream.abort();
  stream = new AbortController();
  const { signal } = stream;
  try {
    if (session().principal === null) await signIn(session().key, signal);
    if (signal.aborted) return;
    const headers = { accept: 'text/event-stream' };
    const response = await sendAs(session().key, withinWorkspace('/v1/stream'), { headers, signal, cache: 'no-store' });
    if (signal.aborted || session().wanted !== null) return;
    if (response.status === 403 || response.status === 429) {
      refused(((await response.json()) as { readonly detail: string }).detail);
      return;
    }
    if (!response.ok || !response.body) throw new Error(`The stream was answered with ${response.status}`);
    found();
    await listen(response.body);
    if (!signal.aborted) throw new Error('The stream ended');
  } catch {
    // Whoever closed it opened another, or waits for a key.
    if (!signal.aborted && session().wanted === null) lost();
  }
};

const listen = async (body: ReadableStream<Uint8Array>): Promise<void> => {
  const parse = eventParser();
  const text = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const { id, type } of parse(text.decode(value, { stream: true })))
      if (type === 'decision' || type === 'message') decided(id);
  }
};

/** A connection that was cut without a word tells nothing: somebody has to ask. */
const look = async (): Promise<void> => {
  if (now.state !== 'live' || document.hidden) return;
  const answers = await fetch('/health', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    .then(({ ok }) => ok)
    .catch(() => false);
  if (!answers) lost();
};

/** Opens the stream, and another when somebody else sits before the page. */
export const startConnection = (): void => {
  let { turn } = session();
  onSession((who) => {
    if (who.turn === turn) return;
    turn = who.turn;
    stream.abort();
    change({ state: 'connecting', lostAt: null, why: null });
    if (who.wanted === null) void open();
  });
  void open();
  setInterval(() => void look(), LOOK_EVERY_MS);
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => now);
