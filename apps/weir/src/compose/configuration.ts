import { kafkaAccessFields } from '@weir/messaging';
import { databaseFields } from '@weir/postgres';
import { z } from 'zod';

/** Environment of the all-in-one process; the services' own variables apply as well. */
export const weirConfigurationSchema = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  DATABASE_URL: z.string().optional().describe('PostgreSQL to use instead of the embedded one; its login runs the migrations'),
  ...databaseFields,
  PARTITIONS: z.coerce.number().int().min(1).max(1024).default(4).describe('Partitions of every topic; fixed once data exists'),
  KAFKA_BROKERS: z.string().optional().describe('Kafka brokers as host:port, separated by commas; unset keeps the topics in PostgreSQL'),
  ...kafkaAccessFields,
  OPA_CACHE: z.string().optional().describe('Folder that keeps the policy compiler once it was fetched or built; weir/opa in the cache folder of the user unless set'),
});

export type WeirConfiguration = z.output<typeof weirConfigurationSchema>;
