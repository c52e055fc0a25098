import type { Logger } from '@weir/postgres';
import type { Kafka as Client } from 'kafkajs';
import { clientAccessOf, type KafkaAccess } from './kafka-access.js';
import { Kafka, logLevel } from './mended-kafkajs.js';
import { learnZstd } from './zstd-codec.js';

learnZstd();

/**
 * A kafkajs client whose warnings go to `logger`. Short pauses between its own attempts: what must go on for longer is
 * tried again by ours, which know when to stop.
 */
export const connectKafka = (
  brokers: readonly string[],
  clientId: string,
  logger: Logger,
  access: KafkaAccess = {},
): Client =>
  new Kafka({
    clientId,
    brokers: [...brokers],
    ...clientAccessOf(access),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: CLIENT_RETRY,
    logLevel: logLevel.WARN,
    // What kafkajs calls an error is mostly something it tries again; what is one is thrown, and logged where it is caught.
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp: _, ...details } }) =>
        logger.debug({ kafkajs: namespace, ...details }, message),
  });

/** Five attempts within about three seconds. With kafkajs's defaults a consumer was still for 38 s after a leader's death. */
export const CLIENT_RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 1_500 };
