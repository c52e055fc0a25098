import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evolveJudgement, unjudged, type JudgementEvent, type Judged, type Judgement } from './decision/decision.js';
import { toVersion2, toVersion3, toVersion4 } from './decision/upcast-decision.js';
import type { EffectEvent } from './effect/effect.js';
import { evolvePackageEffects, untouchedPackage, type PackageEffects } from './effect/package-effects.js';
import { evolveFreshness, NEVER_LOADED, type FeedEvent } from './feed/feed-loaded.js';
import { emptyPolicyBook, evolvePolicyBook, type PolicyBook, type PolicyEvent } from './policy/policy-book.js';

// The files of history/ are frozen: they are what stands in logs out there. Never edit one; add a file for each new
// version, and an upcaster for what evolve does not read any more.

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const folder = (slice: string): string => join(import.meta.dirname, slice, 'history');
const stored = (slice: string, file: string): unknown => JSON.parse(readFileSync(join(folder(slice), file), 'utf8'));

const LODASH = 'acme/npm-production/pkg:npm/lodash@4.17.20';
const STEPS = [toVersion2, toVersion3, toVersion4];

/** A stored event of judging in its newest version. */
const newest = (event: unknown): JudgementEvent => {
  const { type, version, data } = event as JudgementEvent;
  if (type !== 'DecisionRecorded') return event as JudgementEvent;
  return { type, version: 4, data: STEPS.slice(version - 1).reduce<unknown>((former, step) => step(former), data) } as JudgementEvent;
};

describe('every event that was ever stored still leads to the same state', () => {
  const quarantined: Judged = {
    kind: 'judged',
    presence: 'present',
    factsDigest: digest('2'),
    basis: null,
    said: null,
    desired: {
      state: 'quarantined',
      tags: ['exceeded-epss'],
      promotion: 'blocked',
      because: [
        { policyId: 'epss', name: 'EPSS at or over 0.2', revision: 1, asks: 'quarantined' },
        { policyId: 'epss', name: 'EPSS at or over 0.2', revision: 1, asks: 'tag exceeded-epss' },
      ],
    },
    memory: { epss: { match: true, failures: 0 }, slow: { match: null, failures: 1 } },
  };
  const gone: Judged = {
    ...quarantined,
    presence: 'deleted',
    factsDigest: null,
    desired: { state: 'deleted', tags: [], promotion: 'blocked', because: [] },
    memory: {},
  };
  const heldOn = { basis: digest('a'), said: digest('b'), memory: { epss: { match: true, failures: 0 }, slow: { match: false, failures: 3 } } };

  test.each<[string, Judged]>([
    ['decision-recorded.v1.json', quarantined],
    ['decision-recorded.v2.json', quarantined],
    ['decision-recorded.v3.json', { ...quarantined, memory: { ...quarantined.memory, licence: { match: false, failures: 0 } } }],
    ['decision-recorded.v4.json', { ...quarantined, ...heldOn }],
    ['decision-recorded.v1.deleted.json', gone],
    ['decision-recorded.v4.deleted.json', { ...gone, basis: digest('c'), said: digest('d'), memory: { epss: { match: true, failures: 0 } } }],
  ])('%s', (file, state) => {
    expect(evolveJudgement(unjudged, newest(stored('decision', file)), LODASH)).toEqual(state);
  });

  test('judgements-confirmed.v1.json', () => {
    const event = newest(stored('decision', 'judgements-confirmed.v1.json'));
    const memory = { epss: { match: true, failures: 0 }, slow: { match: false, failures: 4 } };
    const expected: Judgement = { ...quarantined, factsDigest: digest('7'), basis: digest('0'), said: digest('b'), memory };
    expect(evolveJudgement(quarantined, event, LODASH)).toEqual(expected);
  });

  const revised = stored('policy', 'policy-revised.v1.json') as PolicyEvent;
  const book = (activeRevision: number | null, policySets: Record<string, string>): PolicyBook => ({
    policies: {
      epss: {
        policyId: 'epss',
        workspace: 'acme',
        name: 'EPSS at or over 0.2',
        description: 'Quarantines what is likely to be exploited',
        revisions: [
          {
            revision: 1,
            revisionDigest: digest('5'),
            regoDigest: digest('7'),
            parameters: { threshold: 0.2 },
            scope: { repositories: ['npm-production'], formats: [], environments: ['production'] },
            precedence: 10,
            terminal: false,
            actions: [
              { type: 'SetPackageState', state: 'quarantined' },
              { type: 'AddPackageTags', tags: ['exceeded-epss'] },
              { type: 'RemovePackageTags', tags: ['reviewed'] },
            ],
            onError: 'hold',
            revisedAt: '2026-06-14T08:00:00.000Z',
            actor: 'ada',
          },
        ],
        activeRevision,
      },
    },
    policySets,
  });
  const activated = stored('policy', 'policy-activated.v1.json') as PolicyEvent;

  test.each<[string, readonly PolicyEvent[], PolicyBook]>([
    ['policy-revised.v1.json', [], book(null, {})],
    ['policy-activated.v1.json', [revised], book(1, { acme: digest('3') })],
    ['policy-deactivated.v1.json', [revised, activated], book(null, { acme: digest('8') })],
  ])('%s', (file, past, state) => {
    const events = [...past, stored('policy', file) as PolicyEvent];
    expect(events.reduce(evolvePolicyBook, emptyPolicyBook)).toEqual(state);
  });

  const requested = stored('effect', 'effect-requested.v1.json') as EffectEvent;
  const open = (endpoint: string, attempts = 0, dueAt = '2026-08-02T09:00:01.000Z') => ({ effectId: 'effect-evaluation-3-120', endpoint, changesState: true, requestedAt: '2026-08-02T09:00:01.000Z', attempts, dueAt });

  test.each<[string, readonly EffectEvent[], PackageEffects['open']]>([
    ['effect-requested.v1.json', [], [open('ops'), open('chat')]],
    ['effect-attempt-failed.v1.json', [requested], [open('ops', 1, '2026-08-02T09:00:06.500Z'), open('chat')]],
    ['effect-delivered.v1.json', [requested], [open('chat')]],
    ['effect-abandoned.v1.json', [requested], [open('ops')]],
    ['effect-superseded.v1.json', [requested], [open('ops')]],
  ])('%s', (file, past, stillOpen) => {
    const events = [...past, stored('effect', file) as EffectEvent];
    expect(events.reduce(evolvePackageEffects, untouchedPackage)).toEqual({ state: 'quarantined', tags: ['exceeded-epss'], open: stillOpen });
  });

  test('feed-loaded.v1.json', () => {
    const event = stored('feed', 'feed-loaded.v1.json') as FeedEvent;
    expect(evolveFreshness(NEVER_LOADED, event)).toEqual({ ...NEVER_LOADED, epss: { asOf: '2026-08-02', loadedAt: '2026-08-02T06:00:00.000Z' } });
  });
});

describe('nothing that is stored goes without a frozen file', () => {
  const types = {
    decision: { DecisionRecorded: 4, JudgementsConfirmed: 1 } satisfies Record<JudgementEvent['type'], number>,
    policy: { PolicyRevised: 1, PolicyActivated: 1, PolicyDeactivated: 1 } satisfies Record<PolicyEvent['type'], number>,
    feed: { FeedLoaded: 1 } satisfies Record<FeedEvent['type'], number>,
    effect: { EffectRequested: 1, EffectDelivered: 1, EffectAttemptFailed: 1, EffectAbandoned: 1, EffectSuperseded: 1 } satisfies Record<EffectEvent['type'], number>,
  };

  test.each(Object.entries(types))('%s', (slice, versions) => {
    const frozen = readdirSync(folder(slice)).map((file) => stored(slice, file) as { type: string; version: number });
    const expected = Object.entries(versions).flatMap(([type, version]) => Array.from({ length: version }, (_, index) => `${type} ${index + 1}`));
    expect([...new Set(frozen.map(({ type, version }) => `${type} ${version}`))].sort()).toEqual(expected.sort());
  });
});
