import { randomBytes } from 'node:crypto';
import { type AttemptOutcome } from '@weir/domain';
import { Retryable } from '@weir/postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint } from './send-webhooks/endpoint.js';
import { sendWebhook } from './send-webhooks/send-webhook.js';
import {
  decisionMessage,
  openActionBench,
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

describe('an endpoint is told', () => {
  test('of a quarantine once, signed, with the levels before and after, the reasons and the decision', async () => {
    action = await bench.start([ops()]);
    await bench.publish(decisionMessage({ position: 0 }), quarantine(1));
    const [message] = await receiver.until(1);
    expect(message).toMatchObject({
      id: 'effect-evaluation-0-1_ops',
      headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
      event: {
        specversion: '1.0',
        id: 'effect-evaluation-0-1',
        source: '/weir/acme',
        type: 'dev.weir.package.quarantined.v1',
        subject: 'pkg:npm/lodash@4.17.20',
        data: {
          repository: 'npm-production',
          purl: 'pkg:npm/lodash@4.17.20',
          state: { from: 'available', to: 'quarantined' },
          tags: ['exceeded-epss'],
          tagsAdded: ['exceeded-epss'],
          reasons: ['EPSS at or over 0.2: CVE-2021-23337 has EPSS 0.213'],
          decisionId: 'evaluation-0-1',
        },
      },
    });
    const events = await bench.events(2);
    expect(typesOf(events)).toEqual(['EffectRequested', 'EffectDelivered']);
    expect(events[0]).toMatchObject({
      subject: 'acme/npm-production/pkg:npm/lodash@4.17.20',
      metadata: { causationId: 'evaluation-0-1' },
    });
    expect(await list({ status: 'delivered' })).toMatchObject([
      { effectId: 'effect-evaluation-0-1', deliveries: [{ endpoint: 'ops', status: 'delivered', attempts: 1 }] },
    ]);
    expect(receiver.received).toHaveLength(1);
  });

  test('of a quarantine and then of its release, in that order', async () => {
    action = await bench.start([ops()]);
    await bench.publish(quarantine(0));
    await receiver.until(1);
    await bench.publish(decisionMessage({ position: 1 }));
    const messages = await receiver.until(2);
    expect(messages.map(({ event }) => event.type)).toEqual([
      'dev.weir.package.quarantined.v1',
      'dev.weir.package.released.v1',
    ]);
    expect(messages[1]?.event.data).toMatchObject({
      state: { from: 'quarantined', to: 'available' },
      tags: [],
      tagsRemoved: ['exceeded-epss'],
      reasons: ['No policy asks for anything'],
    });
    expect(typesOf(await bench.events(4))).toEqual([
      'EffectRequested',
      'EffectDelivered',
      'EffectRequested',
      'EffectDelivered',
    ]);
  });

  test('only of the kinds that it asked for', async () => {
    action = await bench.start([ops({ kinds: ['released'] })]);
    await bench.publish(quarantine(0));
    await bench.caughtUp();
    await bench.publish(decisionMessage({ position: 1 }));
    expect((await receiver.until(1)).map(({ event }) => event.type)).toEqual(['dev.weir.package.released.v1']);
    expect((await list({ status: 'recorded' })).map(({ kind }) => kind)).toEqual(['quarantined']);
  });

  test('under two keys while they are rotated: receivers with the old and with the new one both verify', async () => {
    const next = newSecret();
    const other = await startWebhookReceiver(next);
    try {
      const rotating = [next, secret];
      action = await bench.start([
        ops({ secrets: rotating }),
        ops({ name: 'new-key', url: other.url, secrets: rotating }),
      ]);
      await bench.publish(quarantine(0));
      const [[old], [fresh]] = await Promise.all([receiver.until(1), other.until(1)]);
      expect(old?.signature.split(' ')).toHaveLength(2);
      expect(fresh).toMatchObject({ id: 'effect-evaluation-0-0_new-key', body: old?.body });
    } finally {
      await other.close();
    }
  });
});

describe('an endpoint that does not take an effect', () => {
  test('is told again after 500, later each time, with the same id and bytes', async () => {
    receiver.answer({ status: 500 }, { status: 503 }, { status: 500 });
    action = await bench.start([ops()]);
    await bench.publish(quarantine(0));
    const messages = await receiver.until(4);
    expect(new Set(messages.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    const waits = messages.slice(1).map(({ at }, index) => at - (messages[index]?.at ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(18);
    expect(waits[1]).toBeGreaterThanOrEqual(38);
    expect(waits[2]).toBeGreaterThanOrEqual(78);
    const events = await bench.events(5);
    expect(typesOf(events)).toEqual([
      'EffectRequested',
      'EffectAttemptFailed',
      'EffectAttemptFailed',
      'EffectAttemptFailed',
      'EffectDelivered',
    ]);
    expect(events.at(-1)?.data).toMatchObject({ attempt: 4 });
  });

  test.each([429, 503])('is not told again before it wants to be (Retry-After with %s)', async (status) => {
    receiver.answer({ status, headers: { 'retry-after': '1' } });
    action = await bench.start([ops()]);
    await bench.publish(quarantine(0));
    const [first, second] = await receiver.until(2);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(950);
  });

  test.each([400, 401, 404, 410, 301])(
    'is not told again after %s, and the effect counts as failed',
    async (status) => {
      receiver.answer({ status, headers: { location: '/elsewhere' } });
      action = await bench.start([ops()]);
      await bench.publish(quarantine(0));
      const events = await bench.events(3);
      expect(typesOf(events)).toEqual(['EffectRequested', 'EffectAttemptFailed', 'EffectAbandoned']);
      expect(events[1]?.data).toMatchObject({ attempt: 1, nextAttemptAt: null });
      expect(await list({ status: 'failed' })).toMatchObject([
        { deliveries: [{ status: 'failed', lastReason: expect.stringContaining(`Answered ${status}`) as string }] },
      ]);
      expect(receiver.received).toHaveLength(1);
    },
  );

  test('is given up after the time that the operator set', async () => {
    receiver.answer(...Array.from({ length: 20 }, () => ({ status: 500 })));
    action = await bench.start([ops()], { schedule: { firstDelay: 40, longestDelay: 80, giveUpAfter: 150 } });
    await bench.publish(quarantine(0));
    const abandoned = await waitFor(
      'the effect to be abandoned',
      async () => (await bench.events(1)).find(({ type }) => type === 'EffectAbandoned') ?? null,
    );
    expect(abandoned.data).toMatchObject({
      reason: expect.stringMatching(/^Gave up after \d+ attempts?: Answered 500$/) as string,
    });
  });

  test('delays no other endpoint', async () => {
    const hanging = await startWebhookReceiver(newSecret());
    try {
      action = await bench.start([ops({ name: 'down', url: hanging.url, secrets: [newSecret()] }), ops()], {
        schedule: { firstDelay: 30_000, longestDelay: 30_000, giveUpAfter: 90_000 },
      });
      await bench.publish(quarantine(0), decisionMessage({ position: 1, name: 'express', state: 'quarantined' }));
      expect(await receiver.until(2)).toHaveLength(2);
    } finally {
      await hanging.close();
    }
  });

  test('is never connected to at a private address, unless the operator allows it', async () => {
    action = await bench.start([
      ops({ allowPrivate: false }),
      ops({ name: 'by-name', allowPrivate: false, url: receiver.url.replace('127.0.0.1', 'localhost') }),
    ]);
    await bench.publish(quarantine(0));
    await bench.events(5);
    const [effect] = await list({ status: 'failed' });
    expect(effect?.deliveries.map(({ lastReason }) => lastReason)).toEqual([
      expect.stringContaining('localhost has the address'),
      expect.stringContaining('127.0.0.1'),
    ]);
    expect(receiver.received).toEqual([]);
  });
});

describe('a later effect', () => {
  const down = { schedule: { firstDelay: 30_000, longestDelay: 30_000, giveUpAfter: 90_000 } };

  test('supersedes one that the endpoint never took, when the state moved on', async () => {
    receiver.answer({ status: 500 });
    action = await bench.start([ops()], down);
    await bench.publish(quarantine(0));
    await bench.events(2);
    await bench.publish(decisionMessage({ position: 1 }));
    const messages = await receiver.until(2);
    expect(messages.map(({ event }) => event.type)).toEqual([
      'dev.weir.package.quarantined.v1',
      'dev.weir.package.released.v1',
    ]);
    const events = await bench.events(5);
    expect(typesOf(events)).toEqual([
      'EffectRequested',
      'EffectAttemptFailed',
      'EffectRequested',
      'EffectSuperseded',
      'EffectDelivered',
    ]);
    expect(events[3]?.data).toMatchObject({ effectId: 'effect-evaluation-0-0', supersededBy: 'effect-evaluation-0-1' });
    expect((await list()).map(({ status }) => status)).toEqual(['delivered', 'superseded']);
  });

  test('that only tags waits for an earlier quarantine, so that nobody misses it', async () => {
    receiver.answer({ status: 500 }, { status: 500 });
    action = await bench.start([ops()], { schedule: { firstDelay: 300, longestDelay: 300, giveUpAfter: 60_000 } });
    await bench.publish(quarantine(0));
    await bench.events(2);
    await bench.publish(decisionMessage({ position: 1, state: 'quarantined', tags: ['exceeded-epss', 'kev'] }));
    const messages = await receiver.until(4);
    expect(messages.map(({ id }) => id)).toEqual([
      ...Array.from({ length: 3 }, () => 'effect-evaluation-0-0_ops'),
      'effect-evaluation-0-1_ops',
    ]);
    expect(messages[3]?.event.type).toBe('dev.weir.package.tagged.v1');
  });
});

describe('nothing is done twice', () => {
  test('a decision that is published again, at another offset, changes nothing', async () => {
    action = await bench.start([ops()]);
    await bench.publish(quarantine(0), decisionMessage({ position: 1 }), quarantine(2));
    await bench.caughtUp();
    const before = await waitFor('all outcomes', async () =>
      (await list({ status: 'pending' })).length === 0 ? bench.events(2) : null,
    );
    await bench.publish(quarantine(0), decisionMessage({ position: 1 }), quarantine(2));
    await bench.caughtUp();
    expect(await bench.events(1)).toEqual(before);
  });

  test('a decision that desires what was asked for already asks for nothing', async () => {
    action = await bench.start([ops()]);
    await bench.publish(quarantine(0), quarantine(1), quarantine(2));
    await bench.caughtUp();
    expect(typesOf(await bench.events(2))).toEqual(['EffectRequested', 'EffectDelivered']);
  });

  test('after a crash between sending and recording, the same id is sent again and one outcome is recorded', async () => {
    const send = sendWebhook({ clock: () => new Date(), timeout: 2_000 });
    const dying = await bench.start([ops()], {
      send: async (...call) => {
        await send(...call);
        // Never answers: what the process had sent is all that is left of it.
        return new Promise((_, reject) => {
          const [, , signal] = call;
          const die = (): void => reject(new Retryable('killed'));
          if (signal.aborted) die();
          else signal.addEventListener('abort', die);
        });
      },
    });
    await bench.publish(quarantine(0));
    await receiver.until(1);
    await dying.close();
    expect(typesOf(await bench.events(1))).toEqual(['EffectRequested']);
    action = await bench.start([ops()]);
    const messages = await receiver.until(2);
    expect(new Set(messages.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    expect(typesOf(await bench.events(2))).toEqual(['EffectRequested', 'EffectDelivered']);
  });

  test('a writer that takes the shard over is noticed: the first opens it again and goes on', async () => {
    action = await bench.start([ops()]);
    await bench.publish(quarantine(0));
    await bench.events(2);
    const intruder = await bench.store.openShard('action/0');
    await intruder.append({ events: [], sources: { elsewhere: 1 } });
    await bench.publish(decisionMessage({ position: 1 }));
    expect(await receiver.until(2)).toHaveLength(2);
    expect(typesOf(await bench.events(4))).toEqual([
      'EffectRequested',
      'EffectDelivered',
      'EffectRequested',
      'EffectDelivered',
    ]);
  });
});

test('a tag that is taken away alone is an effect, and the endpoint is told which', async () => {
  action = await bench.start([ops()]);
  await bench.publish(
    decisionMessage({ position: 0, tags: ['kev', 'reviewed'] }),
    decisionMessage({ position: 1, tags: ['kev'] }),
    decisionMessage({ position: 2, tags: [] }),
  );
  const events = await bench.events(6);
  const changes = events
    .filter(({ type }) => type === 'EffectRequested')
    .map(({ data }) => (data as { change: unknown }).change);
  const state = { from: 'available', to: 'available' };
  expect(changes).toEqual([
    { state, tags: ['kev', 'reviewed'], tagsAdded: ['kev', 'reviewed'], tagsRemoved: [] },
    { state, tags: ['kev'], tagsAdded: [], tagsRemoved: ['reviewed'] },
    { state, tags: [], tagsAdded: [], tagsRemoved: ['kev'] },
  ]);
});

test('what an endpoint took while the service was told to stop is recorded before it has stopped', async () => {
  const [sending, answering] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  const send = async (): Promise<AttemptOutcome> => {
    sending.resolve(undefined);
    await answering.promise;
    return { kind: 'taken', answer: '204' };
  };
  action = await bench.start([ops()], { send });
  await bench.publish(quarantine(0));
  await sending.promise;
  const closed = action.close();
  action = null;
  // The answer comes once everything was told to end.
  setTimeout(() => answering.resolve(undefined), 100);
  await closed;
  expect(typesOf(await bench.store.read('action/0', { position: 0, limit: 10 }))).toEqual([
    'EffectRequested',
    'EffectDelivered',
  ]);
  expect(await list()).toMatchObject([{ status: 'delivered' }]);
});
