import type { Logger } from '@weir/postgres';
import type { Producer } from 'kafkajs';
import { brokerFault, isOutOfSequence } from './kafka-fault.js';

/** An idempotent producer that is replaced by a new one when brokers no longer accept its sequence numbers. */
export interface RenewableProducer {
  /** Runs `work` with the producer of the moment; what it throws counts towards its replacement. */
  use(work: (producer: Producer) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

interface Generation {
  readonly producer: Promise<Producer>;
  users: number;
  sequenceFaults: number;
  retired: boolean;
}

/** One such fault may come of a leader's change; at the second the producer is stuck for good. */
const MOST_SEQUENCE_FAULTS = 2;

/** Invariant: a producer is disconnected only when nothing is under way with it, so that every send ends where it began. */
export const createRenewableProducer = (create: () => Promise<Producer>, logger: Logger): RenewableProducer => {
  let current: Generation | null = null;

  const retire = (generation: Generation): void => {
    generation.retired = true;
    if (current === generation) current = null;
    if (generation.users === 0) void disconnect(generation);
  };
  const take = (): Generation => (current ??= { producer: create(), users: 0, sequenceFaults: 0, retired: false });
  const learn = (generation: Generation, fault: unknown): void => {
    if (!isOutOfSequence(fault)) return;
    generation.sequenceFaults += 1;
    if (generation.sequenceFaults < MOST_SEQUENCE_FAULTS || generation.retired) return;
    logger.warn(
      { fault: brokerFault(fault) },
      'a Kafka producer is replaced: brokers do not accept its sequence numbers any more',
    );
    retire(generation);
  };
  return {
    use: async (work) => {
      const generation = take();
      generation.users += 1;
      try {
        await work(await connected(generation, () => retire(generation)));
      } catch (fault) {
        learn(generation, fault);
        throw fault;
      } finally {
        generation.users -= 1;
        if (generation.retired && generation.users === 0) void disconnect(generation);
      }
    },
    close: async () => {
      const last = current;
      if (last === null) return;
      current = null;
      last.retired = true;
      await disconnect(last);
    },
  };
};

const connected = async (generation: Generation, giveUp: () => void): Promise<Producer> => {
  try {
    return await generation.producer;
  } catch (fault) {
    giveUp();
    throw fault;
  }
};

const disconnect = async ({ producer }: Generation): Promise<void> => {
  // A producer that never connected, or whose broker is gone, has nothing to say goodbye to.
  await producer.then((one) => one.disconnect()).catch(() => undefined);
};
