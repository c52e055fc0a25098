import { requestEffect, type EffectedLevel, type EffectRequested, type Subscriber } from '@weir/domain';
import type { AppendBatch, NewEvent, ShardWriter } from '@weir/event-store';
import { ATTRIBUTES, count, SPANS, step } from '@weir/service';
import type pg from 'pg';
import type { Clock } from '../clock.js';
import { readNextPositions, readWaiting, writeActed } from './acted-positions.js';
import type { DecisionMessage } from './decision-message.js';
import { dropRepeats, lateOnes } from './drop-repeats.js';
import { levelOf, readLevels, writeRequested } from './effect-tables.js';
import { reasonsOf } from './reasons-of.js';

export interface RequestPorts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly subscribers: readonly Subscriber[];
}

/**
 * Turns decisions into effects and moves `sources`, in one transaction. Decisions seen before change nothing, whatever
 * offset they come at: their place in the log is compared. Resolves to the number of effects that endpoints wait for.
 */
export const requestEffects = async (
  ports: RequestPorts,
  writer: ShardWriter,
  messages: readonly DecisionMessage[],
  sources: Readonly<Record<string, number>>,
): Promise<number> => {
  const fresh = await unseenOf(ports.pool, writer.shard, messages);
  const levels = await readLevels(
    ports.pool,
    fresh.map(({ packageKey }) => packageKey),
  );
  const known = new Set(levels.keys());
  const requested = await step(SPANS.decideEffects, () => fresh.flatMap((message) => decide(ports, message, levels)));
  const batch: AppendBatch = {
    events: requested.map(({ event, message }) => toStored(event, message)),
    sources,
    also: async (client) => {
      await writeActed(client, writer.shard, fresh);
      await writeRequested(
        client,
        writer.shard,
        requested.map(({ event, message }) => ({ event, traceparent: message.traceparent })),
        known,
      );
    },
  };
  await step(SPANS.append, () => writer.append(batch), {
    attributes: { [ATTRIBUTES.shard]: writer.shard, [ATTRIBUTES.events]: batch.events.length },
  });
  for (const [kind, { length }] of Map.groupBy(requested, ({ event }) => event.data.kind))
    count('effectsRequested', length, { kind });
  return requested.filter(({ event }) => event.data.deliverTo.length > 0).length;
};

const unseenOf = async (
  pool: pg.Pool,
  shard: string,
  messages: readonly DecisionMessage[],
): Promise<readonly DecisionMessage[]> => {
  const next = await readNextPositions(pool, shard);
  const late = lateOnes(messages, next);
  const waiting = late.length > 0 ? await readWaiting(pool, late) : [];
  return dropRepeats(messages, { next, waiting });
};

interface Requested {
  readonly event: EffectRequested;
  readonly message: DecisionMessage;
}

/** Moves the package's level in `levels`, for later decisions of the same batch. */
const decide = (
  ports: RequestPorts,
  message: DecisionMessage,
  levels: Map<string, EffectedLevel>,
): readonly Requested[] => {
  if (message.asksForNothing && !levels.has(message.packageKey)) return [];
  const { id, data } = message.decision();
  const command = {
    type: 'RequestEffect',
    packageKey: message.packageKey,
    workspace: data.workspace,
    repository: data.repository.name,
    purl: data.package.purl,
    decisionId: id,
    desired: { state: data.desired.state, tags: data.desired.tags },
    reasons: reasonsOf(data),
    subscribers: ports.subscribers,
    requestedAt: ports.clock().toISOString(),
  } as const;
  const events = requestEffect(command, levelOf(levels, message.packageKey));
  for (const { data: effect } of events)
    levels.set(message.packageKey, { state: effect.change.state.to, tags: effect.change.tags });
  return events.map((event) => ({ event, message }));
};

const toStored = (event: EffectRequested, message: DecisionMessage): NewEvent => ({
  ...event,
  subject: message.packageKey,
  metadata: {
    causationId: event.data.decisionId,
    ...(message.traceparent ? { traceparent: message.traceparent } : {}),
  },
  occurredAt: event.data.requestedAt,
});
