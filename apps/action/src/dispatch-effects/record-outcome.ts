import {
  abandonDelivery,
  recordAttempt,
  retryDelay,
  supersedeDelivery,
  type AttemptOutcome,
  type RetrySchedule,
} from '@weir/domain';
import type { Lane, LaneName } from './delivery-tables.js';
import type { OutcomeRecorder } from './outcome-recorder.js';

export interface RecordPorts {
  readonly recorder: OutcomeRecorder;
  readonly schedule: RetrySchedule;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Records what became of an attempt; nothing when its delivery was finished meanwhile. */
export const recordOutcome = (
  ports: RecordPorts,
  lane: LaneName,
  effectId: string,
  outcome: AttemptOutcome,
): Promise<boolean> =>
  ports.recorder.record(lane, (now, attemptedAt) => {
    const nextAttemptAt =
      outcome.kind === 'failed' ? nextAttempt(ports, now, effectId, outcome.retryAfter, attemptedAt) : null;
    return recordAttempt(
      { type: 'RecordAttempt', effectId, endpoint: lane.endpoint, outcome, attemptedAt, nextAttemptAt },
      now,
    );
  });

const nextAttempt = (
  { schedule, random }: RecordPorts,
  lane: Lane,
  effectId: string,
  retryAfter: number | null,
  attemptedAt: string,
): string | null => {
  const delivery = lane.open.find((open) => open.effectId === effectId);
  if (!delivery) return null;
  const at = Date.parse(attemptedAt);
  const delay = retryDelay(schedule, {
    attempt: delivery.attempts + 1,
    elapsed: at - Date.parse(delivery.requestedAt),
    retryAfter,
    jitter: random(),
  });
  return delay === null ? null : new Date(at + delay).toISOString();
};

/** Spares the endpoint an effect when a later one says all it would; resolves to whether that was so. */
export const recordSuperseded = (
  ports: Pick<RecordPorts, 'recorder'>,
  lane: LaneName,
  effectId: string,
): Promise<boolean> =>
  ports.recorder.record(lane, (now, supersededAt) =>
    supersedeDelivery({ type: 'SupersedeDelivery', effectId, endpoint: lane.endpoint, supersededAt }, now),
  );

/** Ends all deliveries of a lane whose endpoint is not configured any more. */
export const recordRetired = (ports: Pick<RecordPorts, 'recorder'>, lane: LaneName): Promise<boolean> =>
  ports.recorder.record(lane, (now, abandonedAt) =>
    now.open.flatMap(({ effectId, endpoint }) =>
      abandonDelivery(
        { type: 'AbandonDelivery', effectId, endpoint, reason: 'The endpoint is not configured any more', abandonedAt },
        now,
      ),
    ),
  );
