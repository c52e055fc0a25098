import { randomBytes } from 'node:crypto';
import { retryTopic, TOPICS } from '@weir/contracts';
import { evolvePackageEffects, untouchedPackage, type EffectEvent, type EffectRequested } from '@weir/domain';
import type { Fate, OutgoingMessage, TopicMessage } from '@weir/messaging';
import { inTransaction } from '@weir/postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPartition } from './open-partition.js';
import { readNextPositions, writeActed } from './request-effects/acted-positions.js';
import type { Endpoint } from './send-webhooks/endpoint.js';
import {
  decisionMessage,
  openActionBench,
  QUICK,
  type Action,
  type ActionBench,
  listedEffects,
  quarantine,
  typesOf,
} from '../../../tools/testing/acting.js';
import { startWebhookReceiver, waitFor, type WebhookReceiver } from '../../../tools/testing/webhook-receiver.js';

const [LIVE, RETRY] = [TOPICS.decisions, retryTopic('action', 1)];
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();

let bench: ActionBench;
let receiver: WebhookReceiver;
let action: Action | null;

beforeEach(async () => {
  action = null;
  [bench, receiver] = await Promise.all([openActionBench(), startWebhookReceiver(secret)]);
});
afterEach(async () => {
  await action?.close();
  await Promise.all([bench.drop(), receiver.close()]);
});

const ops = (more: Partial<Endpoint> = {}): Endpoint => ({
  name: 'ops',
  url: receiver.url,
  secrets: [secret],
  kinds: null,
  allowPrivate: true,
  ...more,
});
const list = (query?: Record<string, string>) => listedEffects(bench, query);

test('how far decisions were acted on never moves back', async () => {
  const acted = (position: number) =>
    inTransaction(bench.pool, (client) =>
      writeActed(client, 'action/0', [{ packageKey: 'a', sourceShard: 'evaluation/0', position }]),
    );
  await acted(6);
  await acted(4);
  expect([...(await readNextPositions(bench.pool, 'action/0'))]).toEqual([['evaluation/0', 7]]);
});

test('a decision that waited while others were acted on is acted on when it comes, and so is a dead letter, unless a later decision was', async () => {
  const handler = await openPartition({ ...bench.ports, endpoints: [] }, 0);
  const offsets = new Map<string, number>();
  const from = (topic: string, message: OutgoingMessage): TopicMessage => {
    const offset = offsets.get(topic) ?? 0;
    offsets.set(topic, offset + 1);
    return { ...message, topic, partition: 0, offset, publishedAt: '2026-08-02T09:00:00.000Z' };
  };
  const come = (topic: string, message: OutgoingMessage) =>
    handler.handle({ topic, partition: 0, messages: [from(topic, message)] });
  const passOver = (message: OutgoingMessage, fate: Fate) =>
    handler.passOver(from(LIVE, message), new Error('a test'), fate);
  const held = (name: string, position: number) => decisionMessage({ name, position, state: 'quarantined' });
  const freed = (name: string, position: number) => decisionMessage({ name, position });

  await passOver(held('waits', 0), 'waiting');
  await passOver(held('dies', 1), 'dead');
  await passOver(held('overtaken', 2), 'dead');
  await come(LIVE, held('other', 3));
  await come(LIVE, held('overtaken', 4));
  await come(LIVE, freed('overtaken', 5));
  await come(RETRY, held('waits', 0));
  await come(LIVE, held('dies', 1));
  await come(LIVE, held('overtaken', 2));
  await come(LIVE, held('waits', 0));
  const told = (await bench.events(5)).map(({ subject, data }) => [
    /npm\/(\w+)@/.exec(subject)?.[1],
    (data as EffectRequested['data']).change.state.to,
  ]);
  expect(told).toEqual([
    ['other', 'quarantined'],
    ['overtaken', 'quarantined'],
    ['overtaken', 'available'],
    ['waits', 'quarantined'],
    ['dies', 'quarantined'],
  ]);
  expect((await bench.pool.query('SELECT FROM action.waiting')).rowCount).toBe(0);
  await handler.close();
});

test('without endpoints an effect is recorded only', async () => {
  action = await bench.start([]);
  await bench.publish(quarantine(0));
  expect((await bench.events(1))[0]).toMatchObject({
    type: 'EffectRequested',
    data: { deliverTo: [], change: { state: { to: 'quarantined' } } },
  });
  expect(await list({ status: 'recorded' })).toHaveLength(1);
});

test('what waits for an endpoint that is not configured any more ends as failed', async () => {
  receiver.answer({ status: 500 });
  const first = await bench.start([ops()], { schedule: { ...QUICK, firstDelay: 30_000, longestDelay: 30_000 } });
  await bench.publish(quarantine(0));
  await bench.events(2);
  await first.close();
  action = await bench.start([]);
  expect((await bench.events(3))[2]).toMatchObject({
    type: 'EffectAbandoned',
    data: { reason: 'The endpoint is not configured any more', attempts: 1 },
  });
});

test('text that PostgreSQL cannot store does not keep a package from being quarantined', async () => {
  action = await bench.start([ops()]);
  await bench.publish(decisionMessage({ position: 0, state: 'quarantined', tags: ['nul-\u0000', 'half-\ud800'] }));
  expect((await receiver.until(1))[0]?.event.data).toMatchObject({
    state: { to: 'quarantined' },
    tags: ['half-\ufffd', 'nul-\ufffd'],
  });
});

test('a message that is no decision becomes a dead letter and the next one is acted on', async () => {
  action = await bench.start([]);
  await bench.publish(
    { ...quarantine(0), value: Buffer.from('{"no":"decision"}') },
    decisionMessage({ position: 1, name: 'express', state: 'hidden' }),
  );
  expect(typesOf(await bench.events(1))).toEqual(['EffectRequested']);
  expect(await bench.topics.peek('decisions.recorded.v1.dead', 0, 0, 10)).toHaveLength(1);
});

test('the tables say what the log says', async () => {
  receiver.answer({ status: 500 });
  action = await bench.start([ops()]);
  await bench.publish(
    quarantine(0),
    decisionMessage({ position: 1, name: 'express', state: 'hidden', tags: ['x'] }),
    decisionMessage({ position: 2 }),
  );
  await bench.caughtUp();
  await waitFor('all outcomes', async () => ((await list({ status: 'pending' })).length === 0 ? true : null));
  const folded = new Map<string, ReturnType<typeof evolvePackageEffects>>();
  for (const { subject, type, version, data } of await bench.events(1)) {
    folded.set(
      subject,
      evolvePackageEffects(folded.get(subject) ?? untouchedPackage, { type, version, data } as EffectEvent),
    );
  }
  const { rows } = await bench.pool.query<{ key: string; state: string; tags: string[] }>(
    'SELECT package_key AS key, state, tags FROM action.package ORDER BY 1',
  );
  expect(rows).toEqual(
    [...folded].map(([key, { state, tags }]) => ({ key, state, tags })).sort((a, b) => (a.key < b.key ? -1 : 1)),
  );
  expect([...folded.values()].flatMap(({ open }) => open)).toEqual([]);
});
