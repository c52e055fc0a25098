import type { NewEvent, ShardQueue, ShardWriter } from '@weir/event-store';
import type pg from 'pg';
import type { Clock } from '../clock.js';
import { readLanes, writeOutcomes, type Lane, type LaneName, type OutcomeEvent } from './delivery-tables.js';

/** What to record for a lane as it is at `now`. */
export type DecideOnLane = (lane: Lane, now: string) => readonly OutcomeEvent[];

/** Decides on lanes of deliveries and records the outcomes, many in one commit. */
export interface OutcomeRecorder {
  /**
   * Decides on a lane and records what was decided; resolves to whether anything was. What waits while a commit is under
   * way shares the next one, but for a second decision on one lane, which waits for the one before.
   * @throws Retryable when the shard must be opened again; nothing was decided then.
   */
  record(lane: LaneName, decide: DecideOnLane): Promise<boolean>;
}

interface Waiting {
  readonly lane: LaneName;
  readonly decide: DecideOnLane;
  readonly resolve: (recorded: boolean) => void;
  readonly reject: (fault: unknown) => void;
}

export interface OutcomeRecorderPorts {
  readonly pool: pg.Pool;
  readonly shardQueue: ShardQueue;
  readonly clock: Clock;
}

const MOST_TOGETHER = 500;

export const openOutcomeRecorder = (ports: OutcomeRecorderPorts): OutcomeRecorder => {
  let waiting: Waiting[] = [];
  const take = (some: readonly Waiting[]): readonly Waiting[] => {
    const taken = new Set(some);
    waiting = waiting.filter((one) => !taken.has(one));
    return some;
  };
  const flush = async (): Promise<void> => {
    let taken: readonly Waiting[] = [];
    try {
      await ports.shardQueue.withWriter(async (writer) => {
        taken = take(firstOfEachLane(waiting).slice(0, MOST_TOGETHER));
        if (waiting.length > 0) void flush();
        const recorded = await recordTogether(ports, writer, taken);
        for (const [index, one] of taken.entries()) one.resolve(recorded[index] ?? false);
      });
    } catch (fault) {
      for (const one of taken.length > 0 ? taken : take(waiting)) one.reject(fault);
    }
  };
  return {
    record: (lane, decide) =>
      new Promise((resolve, reject) => {
        waiting.push({ lane, decide, resolve, reject });
        if (waiting.length === 1) void flush();
      }),
  };
};

const firstOfEachLane = (waiting: readonly Waiting[]): readonly Waiting[] => {
  const lanes = new Map<string, Waiting>();
  for (const one of waiting) {
    const name = `${one.lane.endpoint} ${one.lane.packageKey}`;
    if (!lanes.has(name)) lanes.set(name, one);
  }
  return [...lanes.values()];
};

/** Invariant: of a lane there is at most one decision among them, so that each is made on what those before it left. */
const recordTogether = async (
  { pool, clock }: OutcomeRecorderPorts,
  writer: ShardWriter,
  waiting: readonly Waiting[],
): Promise<readonly boolean[]> => {
  if (waiting.length === 0) return [];
  const now = clock().toISOString();
  const lanes = await readLanes(
    pool,
    waiting.map(({ lane }) => lane),
  );
  const decided = waiting.map(({ decide }, index) => {
    const lane = lanes[index];
    return lane ? decide(lane, now).map((event) => ({ event, packageKey: lane.packageKey })) : [];
  });
  const outcomes = decided.flat();
  if (outcomes.length > 0) {
    const events = outcomes.map(({ event, packageKey }) => toStored(event, packageKey, now));
    await writer.append({
      events,
      also: (client) =>
        writeOutcomes(
          client,
          outcomes.map(({ event }) => event),
        ),
    });
  }
  return decided.map((events) => events.length > 0);
};

const toStored = (event: OutcomeEvent, packageKey: string, occurredAt: string): NewEvent => ({
  ...event,
  subject: packageKey,
  occurredAt,
});
