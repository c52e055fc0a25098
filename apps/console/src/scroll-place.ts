import { useLayoutEffect } from 'react';

const PLACES = 'weir-scroll';
const RESTORE_WITHIN_MS = 3_000;
const MOST_PLACES = 100;

interface Entry {
  readonly key: string;
}

/** How far down each entry of the history was, by its key. */
const places = new Map<string, number>(readPlaces());

function readPlaces(): readonly [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(PLACES) ?? '[]') as [string, number][];
  } catch {
    return [];
  }
}

/** The key of the entry that is shown; one is given to an entry that has none, which was never left. */
const keyOfEntry = (): string => {
  const entry = window.history.state as Entry | null;
  if (entry?.key) return entry.key;
  const key = `${Date.now()}-${Math.random()}`;
  window.history.replaceState({ key }, '');
  return key;
};

const note = (key: string): void => {
  places.delete(key);
  places.set(key, window.scrollY);
  const [oldest] = places.keys();
  if (places.size > MOST_PLACES && oldest !== undefined) places.delete(oldest);
};

let shown = '';
let isRestoring = false;

/** Before the first page is drawn: the browser would restore before there is anything to scroll. */
export const keepScrollPlaces = (): void => {
  window.history.scrollRestoration = 'manual';
  shown = keyOfEntry();
  window.addEventListener('scroll', () => !isRestoring && keyMatches() && note(shown), { passive: true });
  window.addEventListener('pagehide', () => sessionStorage.setItem(PLACES, JSON.stringify([...places])));
};

/** A scroll that the browser does for the next entry is not one of this. */
const keyMatches = (): boolean => (window.history.state as Entry | null)?.key === shown;

/** Puts a page where it was when it was left, as soon as it is long enough; a new one at its top. */
export const useScrollPlace = (hash: string): void => {
  useLayoutEffect(() => {
    shown = keyOfEntry();
    const wanted = places.get(shown) ?? 0;
    const until = performance.now() + RESTORE_WITHIN_MS;
    let frame = 0;
    isRestoring = true;
    const restore = (): void => {
      window.scrollTo(0, wanted);
      isRestoring = Math.abs(window.scrollY - wanted) > 1 && performance.now() < until;
      if (isRestoring) frame = requestAnimationFrame(restore);
    };
    const giveUp = (): void => {
      isRestoring = false;
      cancelAnimationFrame(frame);
    };
    restore();
    for (const event of ['wheel', 'touchmove', 'keydown'] as const)
      window.addEventListener(event, giveUp, { once: true });
    return () => {
      giveUp();
      for (const event of ['wheel', 'touchmove', 'keydown'] as const) window.removeEventListener(event, giveUp);
    };
  }, [hash]);
};
