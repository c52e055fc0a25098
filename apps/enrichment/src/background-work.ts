import { createBell, keepGoing, type Logger } from '@weir/postgres';
import { countFault } from '@weir/service';

/** Work that goes on in the background. */
export interface BackgroundWork {
  /** Begins a round at once instead of at the next look. */
  wake(): void;
  /** Finishes the round at hand. */
  stop(): Promise<void>;
}

export interface BackgroundWorkOptions {
  /** Names the work in the log and in metrics. */
  readonly what: string;
  /** Does a part; true when there may be more. What it works from is stored, so that a fault loses nothing. */
  readonly work: () => Promise<boolean>;
  /** Between two looks when there was nothing: others may have brought something. */
  readonly pollMillis: number;
  readonly logger: Logger;
}

/** Works off what there is, now and whenever it is woken; what a stopped process left, the next one finds. */
export const beginBackgroundWork = ({ what, work, pollMillis, logger }: BackgroundWorkOptions): BackgroundWork => {
  const stopped = new AbortController();
  const bell = createBell();
  const pause = (hasMore: boolean): number => (hasMore ? 0 : pollMillis);
  const running = keepGoing({ what, work, pause, bell, logger, signal: stopped.signal, onFault: countFault });
  return {
    wake: () => bell.ring(),
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
};
