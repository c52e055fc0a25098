import { describe, expect, test } from 'vitest';
import { specificationOf } from '../../../../tools/testing/decider-specification.js';
import type { EffectAttemptFailed, EffectDelivered, EffectEvent, EffectRequested } from './effect.js';
import { evolvePackageEffects, untouchedPackage, type EffectedLevel, type PackageEffects } from './package-effects.js';
import { recordAttempt, type AttemptOutcome, type RecordAttempt } from './record-attempt.js';
import { requestEffect, type RequestEffect } from './request-effect.js';
import {
  abandonDelivery,
  supersedeDelivery,
  type AbandonDelivery,
  type SupersedeDelivery,
} from './supersede-delivery.js';

type Command = RequestEffect | RecordAttempt | SupersedeDelivery | AbandonDelivery;

const decide = (command: Command, state: PackageEffects): readonly EffectEvent[] => {
  switch (command.type) {
    case 'RequestEffect':
      return requestEffect(command, state);
    case 'RecordAttempt':
      return recordAttempt(command, state);
    case 'SupersedeDelivery':
      return supersedeDelivery(command, state);
    case 'AbandonDelivery':
      return abandonDelivery(command, state);
  }
};

const given = specificationOf<Command, EffectEvent, PackageEffects>({
  decide,
  evolve: evolvePackageEffects,
  initialState: untouchedPackage,
});

const AT = '2026-08-02T09:00:00.000Z';
const LATER = '2026-08-02T09:00:05.000Z';
const about = {
  packageKey: 'acme/npm-production/pkg:npm/lodash@4.17.20',
  workspace: 'acme',
  repository: 'npm-production',
  purl: 'pkg:npm/lodash@4.17.20',
  reasons: ['EPSS at or over 0.2'],
  requestedAt: AT,
};
const available: EffectedLevel = { state: 'available', tags: [] };
const quarantined: EffectedLevel = { state: 'quarantined', tags: ['exceeded-epss'] };

const desire = (decision: number, desired: EffectedLevel, more: Partial<RequestEffect> = {}): RequestEffect => ({
  type: 'RequestEffect',
  ...about,
  decisionId: `evaluation-0-${decision}`,
  desired,
  subscribers: [{ endpoint: 'ops', kinds: null }],
  ...more,
});

const requested = (
  decision: number,
  kind: EffectRequested['data']['kind'],
  from: EffectedLevel,
  to: EffectedLevel,
  deliverTo = ['ops'],
): EffectRequested => ({
  type: 'EffectRequested',
  version: 1,
  data: {
    effectId: `effect-evaluation-0-${decision}`,
    ...about,
    decisionId: `evaluation-0-${decision}`,
    kind,
    change: {
      state: { from: from.state, to: to.state },
      tags: to.tags,
      tagsAdded: to.tags.filter((tag) => !from.tags.includes(tag)),
      tagsRemoved: from.tags.filter((tag) => !to.tags.includes(tag)),
    },
    deliverTo,
  },
});

const quarantine = requested(1, 'quarantined', available, quarantined);
const release = requested(2, 'released', quarantined, available);

describe('an effect is asked for when the desired level differs from what was last asked for', () => {
  test.each<[EffectRequested['data']['kind'], EffectedLevel]>([
    ['quarantined', quarantined],
    ['hidden', { state: 'hidden', tags: [] }],
    ['deleted', { state: 'deleted', tags: [] }],
    ['tagged', { state: 'available', tags: ['reviewed'] }],
  ])('%s', (kind, level) =>
    given()
      .when(desire(1, level))
      .then(requested(1, kind, available, level)),
  );

  test('released: nothing asks for the quarantine any more', () =>
    given(quarantine).when(desire(2, available)).then(release));

  test('tagged: a tag that is taken away is a change, also when nothing else is', () => {
    const both: EffectedLevel = { state: 'available', tags: ['kev', 'reviewed'] };
    const one: EffectedLevel = { state: 'available', tags: ['kev'] };
    given(requested(1, 'tagged', available, both))
      .when(desire(2, one))
      .then(requested(2, 'tagged', both, one));
    given(requested(1, 'tagged', available, one))
      .when(desire(2, available))
      .then(requested(2, 'tagged', one, available));
  });

  test('tags that come and go are named beside all that remain', () => {
    const retagged: EffectedLevel = { state: 'quarantined', tags: ['kev'] };
    given(quarantine)
      .when(desire(2, retagged))
      .then(requested(2, 'tagged', quarantined, retagged));
  });

  test.each<[string, readonly EffectEvent[], EffectedLevel]>([
    ['a package that was never touched stays available', [], available],
    ['a quarantine is asked for once', [quarantine], quarantined],
    ['a release is asked for once', [quarantine, release], available],
  ])('not otherwise: %s', (_what, past, level) =>
    given(...past)
      .when(desire(3, level))
      .thenNothing(),
  );

  test('the order of tags does not matter', () => {
    const two: EffectedLevel = { state: 'available', tags: ['a', 'b'] };
    given(requested(1, 'tagged', available, two))
      .when(desire(2, { state: 'available', tags: ['b', 'a'] }))
      .thenNothing();
  });

  test.each([
    ['all kinds', null, ['ops']],
    ['this kind', ['quarantined', 'released'] as const, ['ops']],
    ['other kinds', ['released'] as const, []],
  ])('an endpoint that wants %s', (_what, kinds, deliverTo) => {
    given()
      .when(desire(1, quarantined, { subscribers: [{ endpoint: 'ops', kinds }] }))
      .then(requested(1, 'quarantined', available, quarantined, deliverTo));
  });
});

const attempt = (outcome: AttemptOutcome, nextAttemptAt: string | null = null): RecordAttempt => ({
  type: 'RecordAttempt',
  effectId: 'effect-evaluation-0-1',
  endpoint: 'ops',
  outcome,
  attemptedAt: LATER,
  nextAttemptAt,
});
const of = { effectId: 'effect-evaluation-0-1', endpoint: 'ops' };
const delivered = (number: number): EffectDelivered => ({
  type: 'EffectDelivered',
  version: 1,
  data: { ...of, attempt: number, answer: '204', deliveredAt: LATER },
});
const failed = (number: number, nextAttemptAt: string | null, reason = 'Answered 500'): EffectAttemptFailed => ({
  type: 'EffectAttemptFailed',
  version: 1,
  data: { ...of, attempt: number, reason, failedAt: LATER, nextAttemptAt },
});
const abandoned = (attempts: number, reason: string): EffectEvent => ({
  type: 'EffectAbandoned',
  version: 1,
  data: { ...of, attempts, reason, abandonedAt: LATER },
});

const taken: AttemptOutcome = { kind: 'taken', answer: '204' };
const refused: AttemptOutcome = { kind: 'failed', reason: 'Answered 500', retryAfter: null };

describe('an attempt', () => {
  test('that was taken ends the delivery', () => given(quarantine).when(attempt(taken)).then(delivered(1)));

  test('that failed says when the next one comes', () =>
    given(quarantine).when(attempt(refused, '2026-08-02T09:00:10.000Z')).then(failed(1, '2026-08-02T09:00:10.000Z')));

  test('is counted', () =>
    given(quarantine, failed(1, LATER), failed(2, LATER)).when(attempt(taken)).then(delivered(3)));

  test('that failed as the last one ends the delivery and says after how many', () =>
    given(quarantine, failed(1, LATER))
      .when(attempt(refused))
      .then(failed(2, null), abandoned(2, 'Gave up after 2 attempts: Answered 500')));

  test('that trying again cannot help ends the delivery at once', () =>
    given(quarantine)
      .when(attempt({ kind: 'rejected', reason: 'Answered 400' }, '2026-08-02T09:00:10.000Z'))
      .then(failed(1, null, 'Answered 400'), abandoned(1, 'Answered 400')));

  test.each<[string, readonly EffectEvent[]]>([
    ['was delivered', [quarantine, delivered(1)]],
    ['was abandoned', [quarantine, abandoned(1, 'Answered 400')]],
    [
      'was superseded',
      [
        quarantine,
        release,
        {
          type: 'EffectSuperseded',
          version: 1,
          data: { ...of, supersededBy: 'effect-evaluation-0-2', supersededAt: LATER },
        },
      ],
    ],
    ['was never asked for', []],
  ])('on what %s records nothing: there is one outcome', (_what, past) => {
    given(...past)
      .when(attempt(taken))
      .thenNothing();
    given(...past)
      .when(attempt(refused))
      .thenNothing();
  });
});

describe('a later effect supersedes an earlier one to the same endpoint', () => {
  const supersede = (effectId = 'effect-evaluation-0-1'): SupersedeDelivery => ({
    type: 'SupersedeDelivery',
    effectId,
    endpoint: 'ops',
    supersededAt: LATER,
  });
  const tagged = (decision: number, ...tags: string[]) =>
    requested(decision, 'tagged', quarantined, { state: 'quarantined', tags });

  test('when the state moved on, and names the latest that says it all', () => {
    const again = requested(3, 'quarantined', available, quarantined);
    given(quarantine, release, again)
      .when(supersede())
      .thenLike({ type: 'EffectSuperseded', data: { ...of, supersededBy: 'effect-evaluation-0-3' } });
  });

  test('when both only tag', () =>
    given(tagged(1, 'a'), tagged(2, 'b'))
      .when(supersede())
      .thenLike({ data: { supersededBy: 'effect-evaluation-0-2' } }));

  test('not when it only tags and the earlier one changes the state', () =>
    given(quarantine, tagged(2, 'kev')).when(supersede()).thenNothing());

  test('not when it is for another endpoint', () =>
    given(quarantine, requested(2, 'released', quarantined, available, ['chat']))
      .when(supersede())
      .thenNothing());

  test('not the last one, and not what is finished', () => {
    given(quarantine, release).when(supersede('effect-evaluation-0-2')).thenNothing();
    given(quarantine, delivered(1), release).when(supersede()).thenNothing();
  });
});

test('a delivery whose endpoint is gone is abandoned, once', () => {
  const abandon: AbandonDelivery = {
    type: 'AbandonDelivery',
    ...of,
    reason: 'The endpoint is not configured any more',
    abandonedAt: LATER,
  };
  const gone = abandoned(1, 'The endpoint is not configured any more');
  given(quarantine, failed(1, LATER)).when(abandon).then(gone);
  given(quarantine, failed(1, LATER), gone).when(abandon).thenNothing();
});

test('what waits is known with its attempts and when it is due', () => {
  const { open } = [quarantine, failed(1, '2026-08-02T09:01:00.000Z'), release].reduce<PackageEffects>(
    evolvePackageEffects,
    untouchedPackage,
  );
  expect(open).toEqual([
    { ...of, changesState: true, requestedAt: AT, attempts: 1, dueAt: '2026-08-02T09:01:00.000Z' },
    { effectId: 'effect-evaluation-0-2', endpoint: 'ops', changesState: true, requestedAt: AT, attempts: 0, dueAt: AT },
  ]);
});
