import { keepGoing } from '@weir/postgres';
import { countFault } from '@weir/service/observe';
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
  const { logger, subscription } = options;
  const work = (succeeded: () => void): Promise<void> =>
    liveOnce(options, stop.signal, () => {
      succeeded();
      joined();
    });
  const about = { group: subscription.group };
  const living = keepGoing({
    what: 'consume from Kafka',
    work,
    logger,
    about,
    signal: stop.signal,
    onFault: countFault,
  }).then(joined);
  return {
    stop: async () => {
      stop.abort();
      await living;
    },
  };
};
