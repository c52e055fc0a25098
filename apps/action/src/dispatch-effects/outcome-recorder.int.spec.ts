import type { AttemptOutcome } from '@weir/domain';
import { openShardQueue } from '@weir/event-store';
import { Retryable } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decisionMessage, openActionBench, QUICK, type ActionBench } from '../../../../tools/testing/acting.js';
import { chanceOf, givenSeed } from '../../../../tools/testing/random-cases.js';
import { waitFor } from '../../../../tools/testing/webhook-receiver.js';
import type { Endpoint } from '../send-webhooks/endpoint.js';
import { openOutcomeRecorder } from './outcome-recorder.js';
import { recordOutcome, recordSuperseded } from './record-outcome.js';

const SEED = givenSeed();
const PACKAGES = ['a', 'b', 'c'];
const ENDPOINTS: readonly Endpoint[] = ['ops', 'audit'].map((name) => ({
  name,
  url: 'http://127.0.0.1:9/',
  secrets: [],
  kinds: null,
  allowPrivate: true,
}));

let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.drop());

const gate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { opened: promise, open: () => resolve(undefined) };
};

/** Asks for effects that nobody takes, and stops. */
const requestEffects = async (count: number): Promise<void> => {
  const action = await bench.start(ENDPOINTS, {
    schedule: { ...QUICK, firstDelay: 60_000, longestDelay: 60_000 },
    send: async (): Promise<AttemptOutcome> => ({ kind: 'failed', reason: 'not now', retryAfter: null }),
  });
  const states = ['quarantined', 'hidden', 'available'] as const;
  await bench.publish(
    ...Array.from({ length: count }, (_, position) =>
      decisionMessage({
        position,
        name: PACKAGES[position % PACKAGES.length] ?? 'a',
        state: states[position % 2] ?? 'hidden',
      }),
    ),
  );
  await bench.caughtUp();
  await action.close();
};

test(`however often outcomes of deliveries are recorded at once, each delivery ends once (SEED=${SEED})`, async () => {
  await requestEffects(12);
  const shardQueue = await openShardQueue(bench.store, 'action/0', bench.logger);
  const recorder = openOutcomeRecorder({ pool: bench.pool, shardQueue, clock: () => new Date() });
  const ports = { recorder, schedule: QUICK, random: () => 0 };
  const { rows } = await bench.pool.query<{ effectId: string; endpoint: string; packageKey: string }>(
    `SELECT effect_id AS "effectId", endpoint, package_key AS "packageKey" FROM action.delivery WHERE status = 'pending'`,
  );
  expect(rows.length).toBeGreaterThan(6);
  const chance = chanceOf(SEED);
  const outcomes: readonly AttemptOutcome[] = [
    { kind: 'taken', answer: '204' },
    { kind: 'failed', reason: '500', retryAfter: null },
    { kind: 'rejected', reason: '410' },
  ];
  for (let round = 0; round < 10; round += 1) {
    const { opened, open } = gate();
    const held = shardQueue.withWriter(() => opened);
    const recorded = rows.flatMap(({ effectId, ...lane }) =>
      Array.from({ length: chance.below(4) }, () =>
        chance.happens(0.3)
          ? recordSuperseded(ports, lane, effectId)
          : recordOutcome(ports, lane, effectId, chance.pick(outcomes)),
      ),
    );
    open();
    await Promise.all([held, ...recorded]);
  }
  const events = await bench.events(1);
  const ends = events
    .filter(({ type }) => ['EffectDelivered', 'EffectAbandoned', 'EffectSuperseded'].includes(type))
    .map(({ data }) => data as { readonly effectId: string; readonly endpoint: string })
    .map(({ effectId, endpoint }) => `${effectId} ${endpoint}`);
  expect(ends.length).toBeGreaterThan(6);
  expect(ends.filter((end, index) => ends.indexOf(end) !== index)).toEqual([]);
  const attempts = events
    .filter(({ type }) => type === 'EffectDelivered' || type === 'EffectAttemptFailed')
    .map(({ data }) => data as { readonly effectId: string; readonly endpoint: string; readonly attempt: number })
    .map(({ effectId, endpoint, attempt }) => `${effectId} ${endpoint} ${attempt}`);
  expect(attempts.filter((attempt, index) => attempts.indexOf(attempt) !== index)).toEqual([]);
});

test('while a delivery is under way its message is not sent again because another one failed', async () => {
  const { opened, open } = gate();
  const sent: string[] = [];
  const action = await bench.start(ENDPOINTS.slice(0, 1), {
    send: async (_, { purl }): Promise<AttemptOutcome> => {
      const name = /npm\/(\w+)@/.exec(purl)?.[1] ?? '';
      sent.push(name);
      if (name === 'slow') await opened;
      if (name === 'failing' && !sent.includes('again')) {
        sent.push('again');
        // Long enough for several rounds, were one begun.
        setTimeout(open, 2_000);
        throw new Retryable('the log cannot be reached');
      }
      return { kind: 'taken', answer: '204' };
    },
  });
  await bench.publish(
    decisionMessage({ position: 100, name: 'slow', state: 'hidden' }),
    decisionMessage({ position: 101, name: 'failing', state: 'hidden' }),
  );
  await waitFor('both taken', async () => {
    const { rows } = await bench.pool.query(
      `SELECT FROM action.delivery WHERE status = 'delivered' AND package_key ~ 'slow|failing'`,
    );
    return rows.length === 2 ? true : null;
  });
  await action.close();
  expect(sent.filter((name) => name === 'slow')).toHaveLength(1);
});
