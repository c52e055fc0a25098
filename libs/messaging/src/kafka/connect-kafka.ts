import type { Logger } from '@weir/telemetry';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import { mendKafkajs } from './mend-kafkajs.js';
import { learnZstd } from './zstd-codec.js';

learnZstd();
mendKafkajs();

/**
 * A kafkajs client whose warnings go to `logger`. Short pauses between its own attempts: what must go on for longer is
 * tried again by ours, which know when to stop.
 */
export const connectKafka = (brokers: readonly string[], clientId: string, logger: Logger, access: KafkaAccess = {}): Kafka =>
  new Kafka({
    clientId,
    brokers: [...brokers],
    ...accessOf(access),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: CLIENT_RETRY,
    logLevel: logLevel.WARN,
    // What kafkajs calls an error is mostly something it tries again; what is one is thrown, and logged where it is caught.
    logCreator: () => ({ namespace, log: { message, timestamp: _, ...details } }) => logger.debug({ kafkajs: namespace, ...details }, message),
  });

/** What brokers ask of who connects; nothing unless told. */
export interface KafkaAccess {
  /** Encrypt, and trust `ca` (PEM) when there is one, else what Node trusts. */
  readonly tls?: { readonly ca?: string | undefined } | undefined;
  readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string } | undefined;
}

const accessOf = ({ tls, sasl }: KafkaAccess): Pick<KafkaConfig, 'ssl' | 'sasl'> => ({
  ...(tls === undefined ? {} : { ssl: tls.ca === undefined ? true : { ca: [tls.ca] } }),
  ...(sasl === undefined ? {} : { sasl: saslOf(sasl) }),
});

const saslOf = ({ mechanism, username, password }: NonNullable<KafkaAccess['sasl']>): NonNullable<KafkaConfig['sasl']> => {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
    default:
      return mechanism satisfies never;
  }
};

/** Five attempts within about three seconds. With kafkajs's defaults a consumer was still for 38 s after a leader's death. */
export const CLIENT_RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 1_500 };
