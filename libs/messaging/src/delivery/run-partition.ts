import { isTransient, type Logger } from '@weir/telemetry';
import type { PartitionHandler, Subscription, TopicMessage } from '../topics.js';
import { createBackOff } from './back-off.js';
import type { PartitionSource } from './partition-source.js';

export interface PartitionRun {
  readonly partition: number;
  readonly subscription: Subscription;
  readonly source: PartitionSource;
  readonly logger: Logger;
  /** Aborts when the partition is taken away or the subscription stops; the batch at hand is finished. */
  readonly signal: AbortSignal;
}

/** What outlives a handler: the messages that a permanent fault made suspect, and those already dead letters. */
interface Suspicion {
  /** By topic, the last offset of the batch that faulted: up to it, messages are handed over one by one. */
  readonly until: Map<string, number>;
  /** By topic, the message that is a dead letter already but not passed over yet. */
  readonly buried: Map<string, { readonly offset: number; readonly cause: unknown }>;
}

interface Serving {
  readonly handler: PartitionHandler;
  readonly positions: Map<string, number>;
}

const DEFAULT_MAX_BATCH = 500;

/**
 * Hands one partition's messages to its handler until the signal aborts; never rejects. Invariant: every fault closes
 * the handler and opens a new one, which says where to go on, so that no fault leaves half a state behind. A message is
 * only called poison when a freshly opened handler faults on it alone.
 */
export const runPartition = async (run: PartitionRun): Promise<void> => {
  const suspicion: Suspicion = { until: new Map(), buried: new Map() };
  const backOff = createBackOff();
  while (!run.signal.aborted) {
    try {
      await serve(run, suspicion, () => backOff.reset());
    } catch (fault) {
      run.logger.warn({ err: fault, group: run.subscription.group, partition: run.partition }, 'a partition is opened again after a fault');
      await backOff.pause(fault, run.signal);
    }
  }
};

/** Opens a handler and feeds it; returns when the signal aborts or a message was buried. */
const serve = async (run: PartitionRun, suspicion: Suspicion, succeeded: () => void): Promise<void> => {
  const handler = await run.subscription.open(run.partition);
  try {
    const serving: Serving = { handler, positions: new Map() };
    for (const topic of run.subscription.topics) serving.positions.set(topic, await handler.position(topic));
    for (const [topic, position] of serving.positions) run.source.passed(topic, position);
    await feed(run, serving, suspicion, succeeded);
  } finally {
    await handler.close().catch((fault: unknown) => {
      run.logger.error({ err: fault, group: run.subscription.group, partition: run.partition }, 'a partition handler failed to close');
    });
  }
};

const feed = async (run: PartitionRun, serving: Serving, suspicion: Suspicion, succeeded: () => void): Promise<void> => {
  while (!run.signal.aborted) {
    const mark = run.source.mark();
    const messages = await nextMessages(run, serving, suspicion);
    if (messages === null) {
      await run.source.wait(mark, run.signal);
      continue;
    }
    const outcome = await deliver(run, serving, suspicion, messages);
    succeeded();
    if (outcome === 'buried') return;
  }
};

type Messages = readonly [TopicMessage, ...TopicMessage[]];

/** From the first lane that has any: an earlier lane is asked again after every batch. */
const nextMessages = async (run: PartitionRun, serving: Serving, suspicion: Suspicion): Promise<Messages | null> => {
  for (const topic of run.subscription.topics) {
    const from = serving.positions.get(topic) ?? 0;
    const singly = from <= (suspicion.until.get(topic) ?? -1);
    const [first, ...rest] = await run.source.read(topic, from, singly ? 1 : (run.subscription.maxBatch ?? DEFAULT_MAX_BATCH));
    if (first) return [first, ...rest];
  }
  return null;
};

const deliver = async (run: PartitionRun, serving: Serving, suspicion: Suspicion, messages: Messages): Promise<'handled' | 'buried'> => {
  const [{ topic, partition, offset }] = messages;
  const last = messages.at(-1)?.offset ?? offset;
  const isSuspect = offset <= (suspicion.until.get(topic) ?? -1);
  const grave = suspicion.buried.get(topic);
  if (grave?.offset === offset) return passOver(run, serving, suspicion, messages[0], grave.cause);
  try {
    await serving.handler.handle({ topic, partition, messages });
  } catch (fault) {
    if (isTransient(fault)) throw fault;
    if (!isSuspect) {
      suspicion.until.set(topic, last);
      throw fault;
    }
    return bury(run, serving, suspicion, messages[0], fault);
  }
  serving.positions.set(topic, last + 1);
  run.source.passed(topic, last + 1);
  return 'handled';
};

const bury = async (run: PartitionRun, serving: Serving, suspicion: Suspicion, message: TopicMessage, cause: unknown): Promise<'buried'> => {
  await run.source.bury(message, cause);
  const { topic, partition, offset, key } = message;
  run.logger.error({ err: cause, group: run.subscription.group, topic, partition, offset, key }, 'a message cannot be handled and became a dead letter');
  suspicion.buried.set(topic, { offset, cause });
  return passOver(run, serving, suspicion, message, cause);
};

const passOver = async (run: PartitionRun, serving: Serving, suspicion: Suspicion, message: TopicMessage, cause: unknown): Promise<'buried'> => {
  await serving.handler.passOver(message, cause);
  suspicion.buried.delete(message.topic);
  run.source.passed(message.topic, message.offset + 1);
  return 'buried';
};
