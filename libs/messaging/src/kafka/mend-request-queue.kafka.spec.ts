import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@weir/service';
import { expect, inject, test, vi } from 'vitest';
import { connectKafka } from './connect-kafka.js';

const logger = createLogger('test');
logger.level = 'silent';

test('a connection that has nothing to do sets no timers', async () => {
  const producer = connectKafka(inject('kafkaBrokers'), 'idle', logger).producer();
  await producer.connect();
  const timers = vi.spyOn(globalThis, 'setTimeout');
  await sleep(500);
  const set = timers.mock.calls.length;
  timers.mockRestore();
  await producer.disconnect();
  // As it comes, kafkajs sets one every millisecond.
  expect(set).toBeLessThan(20);
});

test('requests that must wait for others are sent in the end', async () => {
  const kafka = connectKafka(inject('kafkaBrokers'), 'queued', logger);
  const admin = kafka.admin();
  await admin.connect();
  // More than the five that a connection has under way at once.
  const answers = await Promise.all(Array.from({ length: 40 }, () => admin.describeCluster()));
  expect(answers.map(({ brokers }) => brokers.length)).toEqual(Array(40).fill(answers[0]?.brokers.length));
  await admin.disconnect();
});
