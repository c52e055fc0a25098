import { createBackOff } from '@weir/postgres';
import type { Consumption } from '../topics.js';
import { liveOnce, type ConsumerOptions } from './consumer-life.js';

/**
 * Keeps a subscription served: when its consumer crashes or stands still, a new one takes its place. kafkajs gives up for
 * good on some faults of brokers (`consumer.crash` with `restart` false, 2 times in 16 kills); here every crash is ours to mend.
 */
export const superviseConsumer = async (options: ConsumerOptions): Promise<Consumption> => {
  const first = Promise.withResolvers<undefined>();
  const consumption = keepConsuming(options, () => first.resolve(undefined));
  await first.promise;
  return consumption;
};

/** The same without waiting for brokers; `joined` is told when the group has it (again), or when it is stopped. */
export const keepConsuming = (options: ConsumerOptions, joined: () => void): Consumption => {
  const stop = new AbortController();
  const living = liveAgainAndAgain(options, stop.signal, joined).then(joined);
  return {
    stop: async () => {
      stop.abort();
      await living;
    },
  };
};

const liveAgainAndAgain = async (options: ConsumerOptions, stop: AbortSignal, joined: () => void): Promise<void> => {
  const backOff = createBackOff();
  while (!stop.aborted) {
    try {
      await liveOnce(options, stop, () => {
        backOff.reset();
        joined();
      });
    } catch (fault) {
      options.logger.warn({ err: fault, group: options.subscription.group }, 'a Kafka consumer ended and is replaced');
      await backOff.pause(fault, stop);
    }
  }
};
