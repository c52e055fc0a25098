import { useSyncExternalStore } from 'react';

/** Whether the server answers, by the stream of decisions and by every question that is asked. */
export interface Connection {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Since when nobody answers. */
  readonly lostAt: string | null;
  /** Counts how often it came back: what is shown is asked for again then. */
  readonly revived: number;
  /** Changes when new decisions were stored; null before the first. */
  readonly latest: string | null;
}

const REFRESH_AT_MOST_EVERY_MS = 1_000;
const TRY_AGAIN_AFTER_MS = 2_000;
const LOOK_EVERY_MS = 15_000;
const ANSWER_WITHIN_MS = 5_000;

let now: Connection = { state: 'connecting', lostAt: null, revived: 0, latest: null };
const listeners = new Set<() => void>();
let source: EventSource | null = null;
let again: ReturnType<typeof setTimeout> | null = null;
let told: ReturnType<typeof setTimeout> | null = null;

const change = (to: Partial<Connection>): void => {
  now = { ...now, ...to };
  for (const listener of listeners) listener();
};

/** Nobody answered: says so, and tries until somebody does. */
export const lost = (): void => {
  if (now.state !== 'lost') change({ state: 'lost', lostAt: new Date().toISOString() });
  source?.close();
  source = null;
  again ??= setTimeout(() => {
    again = null;
    open();
  }, TRY_AGAIN_AFTER_MS);
};

const found = (): void => {
  if (now.state === 'live') return;
  const revived = now.state === 'lost' ? now.revived + 1 : now.revived;
  change({ state: 'live', lostAt: null, revived });
};

/** A burst of decisions is told as one change, so that a page is not redrawn for each. */
const decided = (event: MessageEvent): void => {
  told ??= setTimeout(() => {
    told = null;
    change({ latest: event.lastEventId });
  }, REFRESH_AT_MOST_EVERY_MS);
};

/** The browser's own reconnecting ends for good at the first answer that is no stream, such as that of a proxy: ours goes on. */
const open = (): void => {
  source?.close();
  source = new EventSource('/v1/stream');
  source.onopen = found;
  source.onerror = lost;
  source.onmessage = decided;
  source.addEventListener('decision', decided);
};

/** A connection that was cut without a word tells nothing: somebody has to ask. */
const look = async (): Promise<void> => {
  if (now.state !== 'live' || document.hidden) return;
  const answers = await fetch('/health', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    .then(({ ok }) => ok)
    .catch(() => false);
  if (!answers) lost();
};

export const startConnection = (): void => {
  open();
  setInterval(() => void look(), LOOK_EVERY_MS);
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => now);
