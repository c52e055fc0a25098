import type { ShardQueue, ShardWriter } from '@weir/event-store';
import { SPANS } from '@weir/service';
import { judgeAgain } from '../judge-packages/judge-again.js';
import type { JudgePorts } from '../judge-packages/judge-packages.js';
import { keysOf, readDue, writeJudgements } from '../judge-packages/judgement-rows.js';
import { createBackgroundPace, type BackgroundPace } from '../pace-background/background-pace.js';
import { findDeadlines } from './find-deadline.js';

const MOST = 100;

/**
 * Judges packages whose deadline has come: time changed the answer, or what failed is asked again. For those that were judged
 * just now, and whose answer moves within a day, it finds the deadline. Answers how many were looked at.
 */
export const reachDeadlines = async (
  ports: JudgePorts,
  queue: ShardQueue,
  pace: BackgroundPace = createBackgroundPace(),
): Promise<number> => {
  const { packages } = await pace.take(queue, async (writer, most) => ({
    packages: await reachSome(ports, writer, Math.min(most, MOST)),
  }));
  return packages;
};

const reachSome = async (ports: JudgePorts, writer: ShardWriter, most: number): Promise<number> => {
  const now = ports.clock();
  const rows = await readDue(ports.pool, writer.shard, now.toISOString(), most);
  const [moving, due] = [rows.filter(({ isMoving }) => isMoving), rows.filter(({ isMoving }) => !isMoving)];
  const causes = due.map((row) => row.originTraceparent);
  if (due.length > 0) await judgeAgain(ports, writer, { name: SPANS.lookAhead, causes, rows: due });
  if (moving.length > 0) {
    const found = await findDeadlines(ports, moving, now.getTime());
    await writer.append({ events: [], also: (client) => writeJudgements(client, found, keysOf(found)) });
  }
  return rows.length;
};
