import { randomBytes } from 'node:crypto';
import { deadLetterTopic, retryTopic, TOPICS } from '@weir/contracts';
import { eventCatalog } from '@weir/domain';
import { openEventStore, type EventCatalog, type EventStore, type NewEvent } from '@weir/event-store';
import { openEmbeddedTopics, type EmbeddedTopics } from '@weir/messaging';
import { readConfiguration, scrape } from '@weir/service';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { decisionMessage, openActionBench, type ActionBench } from '../../../tools/testing/acting.js';
import { newerCatalog, NEWER_VERSION, sentenceOn } from '../../../tools/testing/newer-weir.js';
import { startTestService, type TestService } from '../../../tools/testing/start-service.js';
import { keepWarnings, type Warnings } from '../../../tools/testing/warnings.js';
import { startWebhookReceiver, type WebhookReceiver } from '../../../tools/testing/webhook-receiver.js';
import { composeAction } from './compose-action.js';
import { actionConfigurationSchema } from './config.js';
import { ACTION_GROUP } from './request-effects/decisions-consumer.controller.js';

const WITHIN = { timeout: 30_000, interval: 50 };
const SHARD = 'action/0';
const secret = `whsec_${randomBytes(32).toString('base64')}`;

let bench: ActionBench;
let receiver: WebhookReceiver;
let topics: EmbeddedTopics;
let newer: EventStore;
let warnings: Warnings;
let service: TestService | null = null;

beforeEach(async () => {
  [bench, receiver] = await Promise.all([openActionBench(), startWebhookReceiver(secret)]);
  warnings = keepWarnings();
  newer = openEventStore(bench.pool, newerCatalog);
  const databaseUrl = bench.databaseUrl;
  topics = await openEmbeddedTopics({ databaseUrl, partitions: 1, logger: warnings.logger, rebalanceEvery: 50 });
});
afterEach(async () => {
  await stop();
  await topics.close();
  await Promise.all([bench.drop(), receiver.close()]);
});

/** Action as it runs in production, knowing the events of `catalog`. */
const start = async (catalog: EventCatalog): Promise<void> => {
  const { logger } = warnings;
  const endpoints = [{ name: 'ops', url: receiver.url, secrets: [secret], allowPrivate: true }];
  const settings = {
    DATABASE_URL: 'postgres://weir@127.0.0.1/unused',
    WEBHOOKS: JSON.stringify(endpoints),
    RETRY_PAUSES: '1s,1s',
  };
  const config = readConfiguration(actionConfigurationSchema, settings);
  const { pool } = bench;
  const store = openEventStore(pool, catalog);
  service = await startTestService('action', (ports) => composeAction({ ...ports, pool, store, topics }, config), {
    logger,
  });
};
const stop = async (): Promise<void> => {
  await service?.close();
  service = null;
};

const ready = async () => {
  const answer = await fetch(`${service?.url ?? ''}/ready`);
  return { status: answer.status, body: await answer.text() };
};
const written = async (topic: string): Promise<number> => (await topics.ends(topic))[0] ?? 0;
const types = async () => (await newer.read(SHARD, { position: 0, limit: 100 })).map(({ type }) => type);
const quarantine = (position: number) => decisionMessage({ position, name: `p-${position}`, state: 'quarantined' });
const newEvent = (type: string, version: number): NewEvent => {
  const data = { effectId: 'e', endpoint: 'ops', attempt: 1, answer: '204', deliveredAt: '2026-08-02T09:30:00.000Z' };
  return { type, version, subject: 'any', data, occurredAt: '2026-08-02T09:30:00.000Z' };
};

test.each([
  ['type', newEvent('SomethingNew', 1)],
  ['version', newEvent('EffectDelivered', NEWER_VERSION)],
])(
  'an event of an unknown %s in its shard stops action, which says so and tells nobody; an update goes on where it stopped',
  async (_what, event) => {
    await start(eventCatalog);
    await bench.publish(quarantine(0));
    await receiver.until(1);
    await vi.waitFor(async () => expect(await types()).toEqual(['EffectRequested', 'EffectDelivered']), WITHIN);
    await (await newer.openShard(SHARD)).append({ events: [event] });
    const before = warnings.faults.length;
    await bench.publish(quarantine(1));
    await vi.waitFor(() => expect(warnings.faults.length).toBeGreaterThan(before + 3), WITHIN);
    const sentence = sentenceOn(event.type, event.version, SHARD, 2);
    const { status, body } = await ready();
    expect([status, body]).toEqual([503, expect.stringContaining(sentence)]);
    expect((await scrape()).text).toContain('weir_unknown_events{service="action"} 1\n');
    expect(await types()).toEqual(['EffectRequested', 'EffectDelivered', event.type]);
    expect(receiver.received).toHaveLength(1);
    const elsewhere = [deadLetterTopic(TOPICS.decisions), retryTopic(ACTION_GROUP, 1)];
    expect(await Promise.all(elsewhere.map(written))).toEqual([0, 0]);

    await stop();
    await start(newerCatalog);
    await receiver.until(2);
    await vi.waitFor(
      async () => expect((await types()).slice(3)).toEqual(['EffectRequested', 'EffectDelivered']),
      WITHIN,
    );
    expect((await ready()).status).toBe(200);
  },
);

test('what cannot be recorded is told once, and not again and again', async () => {
  const recorded = Promise.withResolvers<undefined>();
  await start(eventCatalog);
  receiver.answer({ status: 204, after: recorded.promise });
  await bench.publish(quarantine(0));
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), WITHIN);
  await (await newer.openShard(SHARD)).append({ events: [newEvent('SomethingNew', 1)] });
  recorded.resolve(undefined);
  await vi.waitFor(() => expect(warnings.errors.join()).toContain('SomethingNew version 1'), WITHIN);
  expect(receiver.received).toHaveLength(1);
});

test('a decision of a type of message that is unknown becomes a dead letter, and the next is acted on', async () => {
  await start(eventCatalog);
  const message = quarantine(0);
  const value = Buffer.from(
    Buffer.from(message.value).toString().replace('decision.recorded.v1', 'decision.recorded.v9'),
  );
  await bench.publish({ ...message, value }, quarantine(1));
  await receiver.until(1);
  expect(await written(deadLetterTopic(TOPICS.decisions))).toBe(1);
  expect((await ready()).status).toBe(200);
});
