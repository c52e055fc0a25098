import { setTimeout as sleep } from 'node:timers/promises';
import type { LogReader } from './read-log.ts';

/** How much is still to be done, by what it is. */
export type OpenWork = Readonly<Record<string, number>>;

interface Watching {
  readonly say: (line: string) => void;
  readonly stop: AbortSignal;
}

/** Longer than the longest pause after which a message that faulted alone is tried again (10 min). */
const STILL_FOR_MS = 690_000;
/** What is published, noticed or sent by then is in the log. */
const QUIET_FOR_MS = 5_000;
const TOLD_EVERY_MS = 30_000;

/** Until nothing is open and nothing comes, or nothing has come for long though something is open. */
export const untilSettled = async (
  reader: LogReader,
  openNow: () => Promise<OpenWork>,
  { say, stop }: Watching,
): Promise<void> => {
  let [movedAt, toldAt] = [Date.now(), Date.now()];
  for (;;) {
    if ((await reader.readOn()) > 0) movedAt = Date.now();
    const open = Object.entries(await openNow()).filter(([, count]) => count > 0);
    if (Date.now() - movedAt > (open.length === 0 ? QUIET_FOR_MS : STILL_FOR_MS)) return;
    if (Date.now() - toldAt > TOLD_EVERY_MS) {
      toldAt = Date.now();
      say(`still open: ${JSON.stringify(Object.fromEntries(open))}`);
    }
    await sleep(1_000, undefined, { signal: stop });
  }
};
