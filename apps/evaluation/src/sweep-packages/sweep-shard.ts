import type { ShardQueue, ShardWriter } from '@weir/event-store';
import { SPANS } from '@weir/service';
import { judgeAgain } from '../judge-packages/judge-again.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import { readUnderOtherConditions } from '../judge-packages/judgement-rows.js';
import { createBackgroundPace, type BackgroundPace } from '../pace-background/background-pace.js';

/**
 * Judges the packages of a shard that are due because the policies, the engine or a feed's freshness changed. Level-based:
 * it looks at every package whose basis was last looked at under other conditions, so it goes on where a killed process
 * stopped. Workspaces take turns, so that a large one delays no other, and each chunk lets everything go first that waits
 * at the queue. Answers how many packages were looked at.
 */
export const sweepShard = async (
  ports: JudgePorts,
  queue: ShardQueue,
  workspaces: readonly string[],
  isStopped: () => boolean,
  pace: BackgroundPace = createBackgroundPace(),
): Promise<number> => {
  const waiting = workspaces.map((workspace) => ({ workspace, after: '' }));
  let swept = 0;
  for (let turn = waiting.shift(); turn !== undefined && !isStopped(); turn = waiting.shift()) {
    const { workspace, after } = turn;
    const chunk = await pace.take(queue, (writer, most) =>
      sweepChunk(ports, writer, { workspace, limit: most, after }),
    );
    swept += chunk.packages;
    // From key to key, so that a chunk does not read past all that is done; over again until a whole pass finds nothing.
    if (chunk.last !== null || after !== '') waiting.push({ workspace, after: chunk.last ?? '' });
  }
  return swept;
};

interface Chunk {
  readonly workspace: string;
  readonly limit: number;
  readonly after: string;
}

interface Swept {
  readonly packages: number;
  /** Null when there was none. */
  readonly last: string | null;
}

const sweepChunk = async (ports: JudgePorts, writer: ShardWriter, chunk: Chunk): Promise<Swept> => {
  const current = await ports.conditions.of(chunk.workspace);
  const rows = await readUnderOtherConditions(ports.pool, { ...chunk, shard: writer.shard }, current.digest);
  if (rows.length > 0)
    await judgeAgain(ports, writer, { name: SPANS.sweep, causes: [current.policySet.traceparent], rows });
  return { packages: rows.length, last: rows.at(-1)?.key ?? null };
};
