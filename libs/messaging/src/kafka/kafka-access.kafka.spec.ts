import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@weir/service';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSecuredKafka, type SecuredKafka } from '../../../../tools/testing/secured-kafka.js';
import { recordingConsumer } from '../contract/recording-consumer.js';
import { applyTopics } from './apply-topics.js';
import { readKafkaAccess, type KafkaAccess } from './kafka-access.js';
import { openKafkaTopics } from './open-kafka-topics.js';

const logger = createLogger('test');
logger.level = 'silent';
const folder = mkdtempSync(join(tmpdir(), 'weir-kafka-access-'));
const passwordFile = (text: string): string => {
  const file = join(folder, `password-${text.length}`);
  writeFileSync(file, `${text}\n`);
  return file;
};

let kafka: SecuredKafka;

beforeAll(async () => {
  kafka = await startSecuredKafka(folder);
}, 120_000);

afterAll(async () => {
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
});

const access = (over: NodeJS.ProcessEnv = {}): KafkaAccess =>
  readKafkaAccess({
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA_FILE: kafka.authority,
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: 'weir',
    KAFKA_SASL_PASSWORD_FILE: passwordFile('right password'),
    ...over,
  });

const apply = (given: KafkaAccess) =>
  applyTopics({
    brokers: [kafka.bootstrap],
    clientId: 'test',
    logger,
    access: given,
    topics: [{ name: 'secret.v1', partitions: 1, replication: 1, config: {} }],
    proceed: () => true,
  });

test('topics are made, published to and consumed by TLS and with a login', async () => {
  expect((await apply(access())).applied).toBe(true);
  const topics = await openKafkaTopics({
    brokers: [kafka.bootstrap],
    clientId: 'test',
    partitions: 1,
    logger,
    access: access(),
  });
  const consumer = recordingConsumer({ group: 'secret', topics: ['secret.v1'] });
  const consumption = await topics.consume(consumer.subscription);
  await topics.publish([{ topic: 'secret.v1', key: 'a', headers: {}, value: Buffer.from('told in confidence') }]);
  await vi.waitFor(
    () => expect(consumer.handled.map(({ value }) => Buffer.from(value).toString())).toEqual(['told in confidence']),
    { timeout: 30_000 },
  );
  await consumption.stop();
  await topics.close();
});

test.each([
  [
    'a wrong password',
    () => access({ KAFKA_SASL_PASSWORD_FILE: passwordFile('wrong') }),
    /KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD_FILE/,
  ],
  ['an authority that is not trusted', () => access({ KAFKA_TLS_CA_FILE: undefined }), /KAFKA_TLS_CA_FILE/],
])(
  '%s is told by the name of the setting, at once, and the password is nowhere',
  async (_what, wrong, words) => {
    await expect(apply(wrong())).rejects.toThrow(words);
    const topics = await openKafkaTopics({
      brokers: [kafka.bootstrap],
      clientId: 'test',
      partitions: 1,
      logger,
      access: wrong(),
    });
    const consuming = topics.consume(recordingConsumer({ group: 'secret', topics: ['secret.v1'] }).subscription);
    await expect(consuming).rejects.toThrow(words);
    await expect(consuming).rejects.not.toThrow(/right password|wrong\b/);
    await topics.close();
  },
  60_000,
);
