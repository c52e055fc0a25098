import { keepGoing, type Logger, sleepUnless } from '@weir/postgres';
import { countFault } from '@weir/service/observe';
import { openPartitionLocks, type PartitionLocks } from './partition-locks.js';

export interface ShareOptions {
  readonly databaseUrl: string;
  readonly group: string;
  readonly partitions: number;
  readonly logger: Logger;
  /** Milliseconds between two looks at who else serves the group. */
  readonly rebalanceEvery: number;
  /** Serves one partition until `signal` aborts; never rejects. */
  readonly run: (partition: number, signal: AbortSignal, locks: PartitionLocks) => Promise<void>;
}

export interface Share {
  /** Resolves when this process looked for partitions to take for the first time. */
  readonly started: Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/**
 * Serves this process's share of a group's partitions: all of them alone, half of them beside one other process.
 * Invariant: a partition runs only while its lock is held; after a lost connection everything that ran under it has
 * ended before a new connection takes anything.
 */
export const sharePartitions = (options: ShareOptions): Share => {
  const stop = new AbortController();
  const first = Promise.withResolvers<undefined>();
  const sharing = shareAgainAndAgain(options, stop.signal, () => first.resolve(undefined));
  return {
    started: first.promise,
    stop: async () => {
      stop.abort();
      await sharing;
    },
  };
};

const shareAgainAndAgain = async (options: ShareOptions, stop: AbortSignal, looked: () => void): Promise<void> => {
  const { databaseUrl, group, logger } = options;
  const work = async (succeeded: () => void): Promise<void> => {
    const locks = await openPartitionLocks(databaseUrl, group, logger);
    succeeded();
    await shareUnder(locks, options, stop, looked);
  };
  await keepGoing({ what: 'own partitions', work, logger, about: { group }, signal: stop, onFault: countFault });
  looked();
};

const shareUnder = async (
  locks: PartitionLocks,
  options: ShareOptions,
  stop: AbortSignal,
  looked: () => void,
): Promise<void> => {
  const running = new Map<number, Running>();
  const over = AbortSignal.any([stop, locks.lost]);
  try {
    while (!over.aborted) {
      await rebalance(locks, running, options, over);
      looked();
      await sleepUnless(over, options.rebalanceEvery);
    }
  } finally {
    await Promise.all([...running.values()].map(({ done }) => done));
    await locks.close();
  }
};

const rebalance = async (
  locks: PartitionLocks,
  running: Map<number, Running>,
  options: ShareOptions,
  over: AbortSignal,
): Promise<void> => {
  const share = Math.ceil(options.partitions / Math.max(1, await locks.members()));
  for (const [, { stop }] of [...running].slice(share)) stop.abort();
  const start = Math.floor(Math.random() * options.partitions);
  for (let step = 0; step < options.partitions && running.size < share && !over.aborted; step += 1) {
    const partition = (start + step) % options.partitions;
    if (!running.has(partition) && (await locks.tryTake(partition)))
      running.set(partition, begin(partition, locks, running, options, over));
  }
};

const begin = (
  partition: number,
  locks: PartitionLocks,
  running: Map<number, Running>,
  options: ShareOptions,
  over: AbortSignal,
): Running => {
  const stop = new AbortController();
  const serve = async (): Promise<void> => {
    await options.run(partition, AbortSignal.any([stop.signal, over]), locks);
    // A lost connection has given its locks back already.
    await locks.giveBack(partition).catch(() => undefined);
    running.delete(partition);
  };
  return { stop, done: serve() };
};
