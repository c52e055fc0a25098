import {
  abandonDelivery,
  evolvePackageEffects,
  recordAttempt,
  requestEffect,
  supersedeDelivery,
  untouchedPackage,
  type AttemptOutcome,
  type EffectEvent,
  type PackageEffects,
} from '@weir/domain';
import { inTransaction } from '@weir/postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openActionBench, type ActionBench } from '../../../../tools/testing/acting.js';
import { seeded } from '../../../../tools/testing/seeded.js';
import { levelOf, readLevels, writeRequested } from '../request-effects/effect-tables.js';
import { readLanes, writeOutcomes, type OutcomeEvent } from './delivery-tables.js';

const SHARD = 'action/0';
const STEPS = 250;
const PACKAGES = ['acme/npm/pkg:npm/a@1', 'acme/npm/pkg:npm/b@1', 'acme/npm/pkg:npm/c@1'];
const ENDPOINTS = ['ops', 'chat'];
const STATES = ['available', 'quarantined', 'hidden', 'deleted'] as const;

let bench: ActionBench;
beforeAll(async () => {
  bench = await openActionBench();
});
afterAll(() => bench.drop());

const random = seeded(0xeffec7);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const at = (step: number): string => new Date(Date.UTC(2026, 7, 2, 9, 0, step)).toISOString();

/** What production decides on: a package as the tables have it, lane by lane. */
const stateInTables = async (packageKey: string): Promise<PackageEffects> => {
  const level = levelOf(await readLevels(bench.pool, [packageKey]), packageKey);
  const lanes = await readLanes(
    bench.pool,
    ENDPOINTS.map((endpoint) => ({ endpoint, packageKey })),
  );
  return { ...level, open: lanes.flatMap(({ open }) => open) };
};

/** Lane by lane, without `dueAt`: the tables bring that of an overtaken delivery forward; no decider reads it. */
const comparable = ({ state, tags, open }: PackageEffects) => ({
  state,
  tags: [...tags],
  lanes: ENDPOINTS.map((name) =>
    open.filter(({ endpoint }) => endpoint === name).map(({ dueAt: _, ...delivery }) => delivery),
  ),
});

const outcomeOf = (): AttemptOutcome =>
  pick([
    { kind: 'taken', answer: '204' },
    { kind: 'failed', reason: '503', retryAfter: null },
    { kind: 'rejected', reason: '410' },
  ]);

const decide = (step: number, packageKey: string, effects: PackageEffects): readonly EffectEvent[] => {
  const delivery = effects.open.length > 0 && random() < 0.6 ? pick(effects.open) : null;
  if (!delivery) {
    const desired = { state: pick(STATES), tags: ['risky', 'old', 'gpl'].filter(() => random() < 0.4) };
    const about = { packageKey, workspace: 'acme', repository: 'npm', purl: 'pkg:npm/x@1', reasons: ['r'] };
    const subscribers = [
      { endpoint: 'ops', kinds: null },
      { endpoint: 'chat', kinds: ['quarantined' as const, 'tagged' as const] },
    ];
    return requestEffect(
      { type: 'RequestEffect', ...about, decisionId: `d-${step}`, desired, subscribers, requestedAt: at(step) },
      effects,
    );
  }
  const { effectId, endpoint } = delivery;
  const superseded = supersedeDelivery(
    { type: 'SupersedeDelivery', effectId, endpoint, supersededAt: at(step) },
    effects,
  );
  if (superseded.length > 0) return superseded;
  if (random() < 0.1)
    return abandonDelivery(
      { type: 'AbandonDelivery', effectId, endpoint, reason: 'gone', abandonedAt: at(step) },
      effects,
    );
  const nextAttemptAt = random() < 0.8 ? at(step + 30) : null;
  return recordAttempt(
    { type: 'RecordAttempt', effectId, endpoint, outcome: outcomeOf(), attemptedAt: at(step), nextAttemptAt },
    effects,
  );
};

const write = (packageKey: string, known: boolean, events: readonly EffectEvent[]): Promise<void> =>
  inTransaction(bench.pool, async (client) => {
    const requested = events.flatMap((event) =>
      event.type === 'EffectRequested' ? [{ event, traceparent: null }] : [],
    );
    await writeRequested(client, SHARD, requested, new Set(known ? [packageKey] : []));
    const outcomes = events.filter((event): event is OutcomeEvent => event.type !== 'EffectRequested');
    if (outcomes.length > 0) await writeOutcomes(client, outcomes);
  });

test('production decides on the fold of the events that the deciders are tested over: 250 steps by seed', async () => {
  const folded = new Map<string, PackageEffects>();
  const kinds = new Set<string>();
  for (let step = 0; step < STEPS; step += 1) {
    const packageKey = pick(PACKAGES);
    const events = decide(step, packageKey, await stateInTables(packageKey));
    await write(packageKey, folded.has(packageKey), events);
    for (const event of events) kinds.add(event.type);
    if (events.length > 0)
      folded.set(packageKey, events.reduce(evolvePackageEffects, folded.get(packageKey) ?? untouchedPackage));
    expect(comparable(await stateInTables(packageKey))).toEqual(comparable(folded.get(packageKey) ?? untouchedPackage));
  }
  expect([...kinds].sort()).toEqual([
    'EffectAbandoned',
    'EffectAttemptFailed',
    'EffectDelivered',
    'EffectRequested',
    'EffectSuperseded',
  ]);
});
