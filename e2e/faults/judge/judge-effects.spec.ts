import { expect, test } from 'vitest';
import { heardKey, type Heard } from '../load/webhook-endpoints.ts';
import { NO_PREDECESSOR, type LogRow } from './hash-chain.ts';
import { openEffectJudge, type EffectFinding } from './judge-effects.ts';

const row = (shard: string, position: number, type: string, data: object = {}): LogRow => ({
  shard,
  position,
  type,
  version: 1,
  subject: 'default/npm-dev/pkg:npm/a@1.0.0',
  data: JSON.stringify(data),
  metadata: '{}',
  occurred_at: '',
  recorded_at: '',
  prev_hash: NO_PREDECESSOR,
  hash: NO_PREDECESSOR,
});

const decided = (state: string, ...tags: readonly string[]) =>
  ({ cause: { kind: 'observation' }, presence: 'present', desired: { state, tags } }) as const;

const requested = { effectId: 'e', decisionId: 'evaluation-1-0', deliverTo: ['registry'] };
const delivery = { effectId: 'e', endpoint: 'registry' };
const heardOnce = (): Heard => ({ bodies: new Set(['body']), isTaken: true });

/** A package is quarantined by the first decision; then `events` of action happen. */
const findingOf = (
  events: readonly (readonly [type: string, data: object])[],
  heard: readonly (readonly [string, Heard])[] = [[heardKey('registry', 'e'), heardOnce()]],
): EffectFinding => {
  const judge = openEffectJudge(new Map(heard));
  judge.seeDecision(row('evaluation/1', 0, 'DecisionRecorded'), decided('quarantined', 'b', 'a'));
  judge.seeDecision(row('evaluation/1', 1, 'DecisionRecorded'), decided('quarantined', 'a', 'b'));
  events.forEach(([type, data], position) => judge.see(row('action/1', position, type, data)));
  return judge.finding();
};

const defectsOf = (finding: EffectFinding): object =>
  Object.fromEntries(Object.entries(finding).filter(([name, count]) => /^effects\w/.test(name) && count !== 0));

test('an effect that was asked for, requested, delivered and heard is as it should be', () => {
  const finding = findingOf([
    ['EffectRequested', requested],
    ['EffectAttemptFailed', delivery],
    ['EffectDelivered', delivery],
  ]);
  expect(defectsOf(finding)).toEqual({});
  expect(finding).toMatchObject({ effects: 1, deliveries: { delivered: 1, failedAttempts: 1 } });
});

test.each<[what: string, defects: object, ...Parameters<typeof findingOf>]>([
  ['no effect', { effectsUnrequested: 1 }, [], []],
  ['a delivery that does not end', { effectsOpen: 1 }, [['EffectRequested', requested]]],
  [
    'an effect that is requested twice',
    { effectsDoubled: 1, effectsOpen: 1 },
    [
      ['EffectRequested', requested],
      ['EffectRequested', requested],
      ['EffectDelivered', delivery],
    ],
  ],
  [
    'an effect of a decision that asks for nothing new',
    { effectsDoubled: 1, effectsUnrequested: 1, effectsOpen: 1 },
    [['EffectRequested', { ...requested, decisionId: 'evaluation-1-1' }]],
  ],
  [
    'a delivery that ends twice',
    { effectsEndedTwice: 1 },
    [
      ['EffectRequested', requested],
      ['EffectDelivered', delivery],
      ['EffectSuperseded', delivery],
    ],
  ],
  [
    'a delivery that is given up',
    { effectsAbandoned: 1 },
    [
      ['EffectRequested', requested],
      ['EffectAbandoned', delivery],
    ],
  ],
  [
    'a delivery that nobody heard',
    { effectsUnheard: 1 },
    [
      ['EffectRequested', requested],
      ['EffectDelivered', delivery],
    ],
    [],
  ],
  [
    'two bodies under one id, and an effect that the log does not have',
    { effectsAltered: 1, effectsUnknown: 1 },
    [
      ['EffectRequested', requested],
      ['EffectDelivered', delivery],
    ],
    [
      [heardKey('registry', 'e'), { ...heardOnce(), bodies: new Set(['body', 'other']) }],
      [heardKey('registry', 'never-requested'), heardOnce()],
    ],
  ],
])('%s is counted', (_, defects, events, heard) => {
  expect(defectsOf(findingOf(events, heard))).toEqual(defects);
});
