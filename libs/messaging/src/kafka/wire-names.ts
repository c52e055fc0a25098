import { z } from 'zod';

/** How what we name is called by the brokers. Only this adapter knows: messages, positions, metrics and logs have our names. */
export interface WireNames {
  readonly topic: (name: string) => string;
  readonly group: (name: string) => string;
  /** The name that we have for a topic of the brokers'. */
  readonly nameOf: (topic: string) => string;
}

/** Every topic and group begins with `prefix`. */
export const wireNames = (prefix: string): WireNames => ({
  topic: (name) => `${prefix}${name}`,
  group: (name) => `${prefix}${name}`,
  nameOf: (topic) => (topic.startsWith(prefix) ? topic.slice(prefix.length) : topic),
});

/** Topics and groups of others are called as they are. */
export const AS_NAMED = wireNames('');

export const topicPrefixSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]{0,100}$/, 'may have letters, digits, dots, dashes and underscores, 100 at most')
  .default('')
  .describe(
    'Beginning of every topic and consumer group on Kafka, such as `staging.` with its dot, so that two environments can share one Kafka; must be the same for all services and never change',
  );
