import type { ShardQueue } from '@weir/event-store';
import { createBell } from '@weir/postgres';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import type { BackgroundPace } from '../pace-background/background-pace.js';
import { sweepShard } from './sweep-shard.js';
import { noteSwept, workspacesOf } from './swept-shards.js';

/** Sweeps a shard at the start, since the engine or what was read may be new, then whenever policies or feeds change. */
export const sweepOnChange = async (
  ports: JudgePorts,
  queue: ShardQueue,
  pace: BackgroundPace,
  signal: AbortSignal,
): Promise<void> => {
  const bell = createBell();
  const forget = ports.conditions.onChange(() => bell.ring());
  try {
    while (!signal.aborted) {
      const mark = bell.mark();
      await sweepAll(ports, queue, pace, signal);
      await bell.wait(mark, signal);
    }
  } finally {
    forget();
  }
};

/** Invariant: noted is what was read before the first workspace was looked at, so that what came meanwhile is looked at again. */
const sweepAll = async (
  ports: JudgePorts,
  queue: ShardQueue,
  pace: BackgroundPace,
  signal: AbortSignal,
): Promise<void> => {
  const read = ports.conditions.readSoFar();
  await sweepShard(ports, queue, await workspacesOf(ports.pool, queue.shard), () => signal.aborted, pace);
  if (!signal.aborted) await noteSwept(ports.pool, queue.shard, read);
};
