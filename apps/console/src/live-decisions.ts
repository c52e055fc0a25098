import { useEffect, useState } from 'react';

export interface LiveDecisions {
  readonly connected: boolean;
  /** Changes when new decisions were stored; null before the first. */
  readonly latest: string | null;
}

const REFRESH_AT_MOST_EVERY_MS = 500;

/** Follows the stream of decisions. A burst is shown as one change, so that a page is not redrawn for each event. */
export const useLiveDecisions = (): LiveDecisions => {
  const [live, setLive] = useState<LiveDecisions>({ connected: false, latest: null });
  useEffect(() => {
    const source = new EventSource('/v1/stream');
    let waiting: ReturnType<typeof setTimeout> | null = null;
    source.onopen = () => setLive((now) => ({ ...now, connected: true }));
    source.onerror = () => setLive((now) => ({ ...now, connected: false }));
    const onDecision = (event: MessageEvent) => {
      waiting ??= setTimeout(() => {
        waiting = null;
        setLive({ connected: true, latest: event.lastEventId });
      }, REFRESH_AT_MOST_EVERY_MS);
    };
    source.addEventListener('decision', onDecision);
    source.onmessage = onDecision;
    return () => {
      source.close();
      if (waiting) clearTimeout(waiting);
    };
  }, []);
  return live;
};
