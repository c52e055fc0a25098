import { randomBytes } from 'node:crypto';
import { evolvePackageEffects, untouchedPackage, type EffectEvent } from '@weir/domain';
import { inTransaction } from '@weir/postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readNextPositions, writeNextPositions } from './request-effects/effect-tables.js';
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
  const move = (next: number) =>
    inTransaction(bench.pool, (client) => writeNextPositions(client, 'action/0', new Map([['evaluation/0', next]])));
  await move(7);
  await move(5);
  expect([...(await readNextPositions(bench.pool, 'action/0'))]).toEqual([['evaluation/0', 7]]);
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
