import type { ShardQueue } from '@weir/event-store';
import type pg from 'pg';
import { createBackOff, isTransient, keepGoing, type Bell, type Logger } from '@weir/postgres';
import { countFault } from '@weir/service';
import type { Clock } from '../clock.js';
import type { Endpoint } from '../send-webhooks/endpoint.js';
import type { Send } from '../send-webhooks/send-webhook.js';
import { observedSend } from './observed-send.js';
import { readFronts, readNextDue, type FrontDelivery } from './delivery-tables.js';
import { recordOutcome, recordSuperseded, type RecordPorts } from './record-outcome.js';

export interface DispatchPorts extends RecordPorts {
  readonly pool: pg.Pool;
  readonly shardQueue: ShardQueue;
  readonly clock: Clock;
  readonly send: Send;
  readonly logger: Logger;
}

const AT_ONCE = 16;
const LONGEST_WAIT_MS = 60_000;

/**
 * Tells one endpoint of one partition's effects until the signal aborts; never rejects. Each endpoint has a loop of its
 * own, so that a slow one delays no other. Invariant: of one package at most one delivery is under way. A standstill ends
 * it: what cannot be recorded must not be sent again and again.
 */
export const dispatchToEndpoint = (
  ports: DispatchPorts,
  endpoint: Endpoint,
  bell: Bell,
  signal: AbortSignal,
): Promise<void> => {
  const { pool, clock, logger, shardQueue } = ports;
  const work = async (): Promise<number> => {
    const now = clock();
    const fronts = await readFronts(pool, shardQueue.shard, endpoint.name, now, AT_ONCE);
    await allEnded(fronts.map((front) => dispatch(ports, endpoint, front, signal)));
    return fronts.length === 0 ? untilDue(ports, endpoint, now) : 0;
  };
  const about = { shard: shardQueue.shard, endpoint: endpoint.name };
  return keepGoing({
    what: 'tell an endpoint',
    work,
    pause: (millis) => millis,
    bell,
    logger,
    about,
    signal,
    onFault: countFault,
    onStandstill: () => undefined,
  });
};

/** Invariant: a round ends when all of it has ended, whatever failed: the next one would send what is still under way. */
const allEnded = async (deliveries: readonly Promise<void>[]): Promise<void> => {
  const ended = await Promise.allSettled(deliveries);
  for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
};

const untilDue = async ({ pool, shardQueue, clock }: DispatchPorts, endpoint: Endpoint, now: Date): Promise<number> => {
  const due = await readNextDue(pool, shardQueue.shard, endpoint.name, now);
  const wait = due ? due.getTime() - clock().getTime() : LONGEST_WAIT_MS;
  return Math.min(Math.max(wait, 1), LONGEST_WAIT_MS);
};

/**
 * Sends, then records. Killed in between, the same message with the same id is sent again: at least once at the
 * endpoint, exactly one outcome in the log.
 */
const dispatch = async (
  ports: DispatchPorts,
  endpoint: Endpoint,
  front: FrontDelivery,
  signal: AbortSignal,
): Promise<void> => {
  const lane = { endpoint: endpoint.name, packageKey: front.packageKey };
  if (front.overtaken && (await recordSuperseded(ports, lane, front.effectId))) return;
  const outcome = await observedSend(() => ports.send(endpoint, front.effect, signal), endpoint, front);
  if (signal.aborted && outcome.kind !== 'taken') return;
  await untilReached(() => recordOutcome(ports, lane, front.effectId, outcome), signal);
  if (outcome.kind !== 'taken')
    ports.logger.warn(
      { endpoint: endpoint.name, effectId: front.effectId, outcome },
      'an endpoint did not take an effect',
    );
};

/** The message is out: what is tried again is the recording, not the sending. */
const untilReached = async (record: () => Promise<unknown>, signal: AbortSignal): Promise<void> => {
  const backOff = createBackOff();
  for (;;) {
    try {
      await record();
      return;
    } catch (fault) {
      if (!isTransient(fault) || signal.aborted) throw fault;
      await backOff.pause(fault, signal);
    }
  }
};
