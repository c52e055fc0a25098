/** Before somebody who looks on wonders. */
const FIRST_WORD_MS = 2_000;
const NEXT_WORD_MS = 10_000;

/** Runs `work`, and says what it waits for when that takes longer than two seconds, and every ten seconds. */
export const sayWhileWaiting = async <Result>(
  what: string,
  say: (line: string) => void,
  work: () => Promise<Result>,
): Promise<Result> => {
  const since = performance.now();
  const tell = (): void =>
    say(`Waiting for ${what}: no answer for ${Math.round((performance.now() - since) / 1000)} s`);
  const first = setTimeout(tell, FIRST_WORD_MS);
  const again = setInterval(tell, NEXT_WORD_MS);
  try {
    return await work();
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
};
