import { abandonDelivery, recordAttempt, retryDelay, supersedeDelivery, type AttemptOutcome, type RetrySchedule } from '@weir/domain';
import type { NewEvent } from '@weir/event-store';
import type pg from 'pg';
import type { ActionShard } from '../action-shard.js';
import type { Clock } from '../clock.js';
import { readLane, writeOutcomes, type Lane, type OutcomeEvent } from './delivery-tables.js';

export interface RecordPorts {
  readonly pool: pg.Pool;
  readonly shard: ActionShard;
  readonly clock: Clock;
  readonly schedule: RetrySchedule;
  /** In [0, 1). */
  readonly random: () => number;
}

export type LaneName = Pick<Lane, 'endpoint' | 'packageKey'>;

/** Decides on a lane as it is now and appends what was decided; resolves to whether anything was. */
const decideOnLane = (ports: RecordPorts, { endpoint, packageKey }: LaneName, decide: (lane: Lane, now: string) => readonly OutcomeEvent[]): Promise<boolean> =>
  ports.shard.take(async (writer) => {
    const now = ports.clock().toISOString();
    const events = decide(await readLane(ports.pool, writer.shard, endpoint, packageKey), now);
    if (events.length === 0) return false;
    await writer.append({ events: events.map((event) => toStored(event, packageKey, now)), also: (client) => writeOutcomes(client, events) });
    return true;
  });

/** The request caused the outcome; both name the effect. */
const toStored = (event: OutcomeEvent, packageKey: string, occurredAt: string): NewEvent => ({ ...event, subject: packageKey, occurredAt });

/** Records what became of an attempt; nothing when its delivery was finished meanwhile. */
export const recordOutcome = (ports: RecordPorts, lane: LaneName, effectId: string, outcome: AttemptOutcome): Promise<boolean> =>
  decideOnLane(ports, lane, (now, attemptedAt) => {
    const nextAttemptAt = outcome.kind === 'failed' ? nextAttempt(ports, now, effectId, outcome.retryAfter, attemptedAt) : null;
    return recordAttempt({ type: 'RecordAttempt', effectId, endpoint: lane.endpoint, outcome, attemptedAt, nextAttemptAt }, now);
  });

const nextAttempt = ({ schedule, random }: RecordPorts, lane: Lane, effectId: string, retryAfter: number | null, attemptedAt: string): string | null => {
  const delivery = lane.open.find((open) => open.effectId === effectId);
  if (!delivery) return null;
  const at = Date.parse(attemptedAt);
  const delay = retryDelay(schedule, { attempt: delivery.attempts + 1, elapsed: at - Date.parse(delivery.requestedAt), retryAfter, jitter: random() });
  return delay === null ? null : new Date(at + delay).toISOString();
};

/** Spares the endpoint an effect when a later one says all it would; resolves to whether that was so. */
export const recordSuperseded = (ports: RecordPorts, lane: LaneName, effectId: string): Promise<boolean> =>
  decideOnLane(ports, lane, (now, supersededAt) => supersedeDelivery({ type: 'SupersedeDelivery', effectId, endpoint: lane.endpoint, supersededAt }, now));

/** Ends all deliveries of a lane whose endpoint is not configured any more. */
export const recordRetired = (ports: RecordPorts, lane: LaneName): Promise<boolean> =>
  decideOnLane(ports, lane, (now, abandonedAt) =>
    now.open.flatMap(({ effectId, endpoint }) =>
      abandonDelivery({ type: 'AbandonDelivery', effectId, endpoint, reason: 'The endpoint is not configured any more', abandonedAt }, now),
    ),
  );
